const CLASSES: Readonly<Record<string, string>> = {
  alnum: 'a-zA-Z0-9',
  alpha: 'a-zA-Z',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e',
  lower: 'a-z',
  print: '\\x20-\\x7e',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\s',
  upper: 'A-Z',
  xdigit: '0-9a-fA-F',
};

/**
 * A POSIX extended regular expression (as `grep -E` reads it) as a JavaScript one. The two differ
 * inside brackets: there POSIX has named classes, takes a backslash for itself, and lets `]` come
 * first. Throws SyntaxError for what neither can read.
 */
export function posixRegExp(pattern: string): RegExp {
  return new RegExp(pattern.replace(/\\.|\[(\^?)(\]?(?:\[:[a-z]+:\]|[^\]])*)\]/gs, translate));
}

function translate(whole: string, negated: string | undefined, members: string | undefined): string {
  if (members === undefined) return whole;
  const translated = members.replace(/\[:([a-z]+):\]|[\\[\]]/g, (part, name: string | undefined) => {
    if (name === undefined) return `\\${part}`;
    const members = CLASSES[name];
    if (members === undefined) throw new SyntaxError(`unknown character class [:${name}:]`);
    return members;
  });
  return `[${negated ?? ''}${translated}]`;
}
