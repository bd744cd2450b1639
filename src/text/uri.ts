/** Text as a part of a URI, with everything encoded that has a meaning there (RFC 3986, 2.2: reserved characters). */
export const uriPart = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
