import { DOMImplementation, XMLSerializer, type Document, type Element } from '@xmldom/xmldom';

/** An element of XML: its name, its attributes in order, and what is in it. Prefixes of names are those of {@link xmlText}. */
export interface XmlElement {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly children?: readonly XmlElement[];
  /** Instead of children. */
  readonly text?: string;
}

/**
 * A document of XML 1.0, an element a line. `namespaces` are the addresses by prefix, the default one under the empty prefix.
 * Throws, without the value, for characters that XML can't hold.
 */
export function xmlText(root: XmlElement, namespaces: Readonly<Record<string, string>>): string {
  const document = new DOMImplementation().createDocument(null, '');
  const element = elementOf(document, root, namespaces, 0);
  document.appendChild(element);
  for (const [prefix, address] of Object.entries(namespaces))
    element.setAttributeNS(XMLNS, prefix === '' ? 'xmlns' : `xmlns:${prefix}`, address);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(document)}\n`;
}

const XMLNS = 'http://www.w3.org/2000/xmlns/';

function elementOf(
  document: Document,
  { name, attributes = {}, children = [], text }: XmlElement,
  namespaces: Readonly<Record<string, string>>,
  depth: number,
): Element {
  const element = document.createElementNS(namespaceOf(name, namespaces, ''), name);
  for (const [key, value] of Object.entries(attributes))
    element.setAttributeNS(namespaceOf(key, namespaces, null), key, held(value));
  if (text !== undefined) element.appendChild(document.createTextNode(held(text)));
  for (const child of children) {
    element.appendChild(document.createTextNode(`\n${'  '.repeat(depth + 1)}`));
    element.appendChild(elementOf(document, child, namespaces, depth + 1));
  }
  if (children.length > 0) element.appendChild(document.createTextNode(`\n${'  '.repeat(depth)}`));
  return element;
}

/** Attributes without a prefix are in no namespace, elements without one in the default one. (Namespaces in XML 1.0, section 6.2) */
function namespaceOf(
  name: string,
  namespaces: Readonly<Record<string, string>>,
  without: '' | null,
): string | null {
  const prefix = name.includes(':') ? name.slice(0, name.indexOf(':')) : without;
  return prefix === null ? null : (namespaces[prefix] ?? null);
}

/** XML 1.0, production Char: of the control characters only tab and line breaks; no halves of surrogate pairs. */
function held(value: string): string {
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(value))
    throw new Error('a value has a character that XML can’t hold');
  return value;
}
