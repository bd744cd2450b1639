import { DOMImplementation, XMLSerializer, type Document, type Element } from '@xmldom/xmldom';

/** An element: its name with prefix, its attributes likewise, and either a text or elements in it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly content?: string | readonly XmlElement[];
}

const XMLNS = 'http://www.w3.org/2000/xmlns/';

/**
 * An XML document in UTF-8, indented. `namespaces` has the address of each prefix; that of `''` is the elements' without one.
 * Throws for a prefix without an address and for characters that XML can't hold.
 */
export function xmlText(root: XmlElement, namespaces: Readonly<Record<string, string>>): string {
  const document = new DOMImplementation().createDocument(null, '');
  const top = build(document, root, namespaces, '\n');
  for (const [prefix, uri] of Object.entries(namespaces))
    if (prefix !== '') top.setAttributeNS(XMLNS, `xmlns:${prefix}`, uri);
  document.appendChild(top);
  const text = new XMLSerializer().serializeToString(document, { requireWellFormed: true });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${text}\n`;
}

function build(
  document: Document,
  { name, attributes = {}, content = '' }: XmlElement,
  namespaces: Readonly<Record<string, string>>,
  newline: string,
): Element {
  const element = document.createElementNS(namespaceOf(name, namespaces), name);
  for (const [key, value] of Object.entries(attributes))
    element.setAttributeNS(key.includes(':') ? namespaceOf(key, namespaces) : null, key, value);
  if (typeof content === 'string') {
    if (content !== '') element.appendChild(document.createTextNode(content));
    return element;
  }
  const indented = `${newline}  `;
  for (const child of content) {
    element.appendChild(document.createTextNode(indented));
    element.appendChild(build(document, child, namespaces, indented));
  }
  element.appendChild(document.createTextNode(newline));
  return element;
}

function namespaceOf(name: string, namespaces: Readonly<Record<string, string>>): string {
  const prefix = name.includes(':') ? name.slice(0, name.indexOf(':')) : '';
  const uri = namespaces[prefix];
  if (uri === undefined) throw new Error(`no namespace for ${name}`);
  return uri;
}
