import { DOMImplementation, XMLSerializer, type Document, type Element } from '@xmldom/xmldom';

/** An element: its name with prefix, its attributes likewise, and either a text or elements in it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly content?: string | readonly XmlElement[];
}

/**
 * A document of XML 1.0 in UTF-8, an element a line. `namespaces` has the address of each prefix; that of `''` is the elements' without
 * one. Throws for a prefix without an address and, without the value, for characters that XML can't hold.
 */
export function xmlText(root: XmlElement, namespaces: Readonly<Record<string, string>>): string {
  const document = new DOMImplementation().createDocument(null, '');
  const element = elementOf(document, root, namespaces, '\n');
  document.appendChild(element);
  for (const [prefix, address] of Object.entries(namespaces))
    element.setAttributeNS(XMLNS, prefix === '' ? 'xmlns' : `xmlns:${prefix}`, address);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(document)}\n`;
}

const XMLNS = 'http://www.w3.org/2000/xmlns/';

function elementOf(
  document: Document,
  { name, attributes = {}, content = '' }: XmlElement,
  namespaces: Readonly<Record<string, string>>,
  newline: string,
): Element {
  const element = document.createElementNS(namespaceOf(name, namespaces), name);
  for (const [key, value] of Object.entries(attributes))
    // Without a prefix they are in no namespace. (Namespaces in XML 1.0, section 6.2)
    element.setAttributeNS(key.includes(':') ? namespaceOf(key, namespaces) : null, key, held(value));
  if (typeof content === 'string') {
    if (content !== '') element.appendChild(document.createTextNode(held(content)));
    return element;
  }
  for (const child of content) {
    element.appendChild(document.createTextNode(`${newline}  `));
    element.appendChild(elementOf(document, child, namespaces, `${newline}  `));
  }
  element.appendChild(document.createTextNode(newline));
  return element;
}

function namespaceOf(name: string, namespaces: Readonly<Record<string, string>>): string {
  const prefix = name.includes(':') ? name.slice(0, name.indexOf(':')) : '';
  const address = namespaces[prefix];
  if (address === undefined) throw new Error(`no namespace for ${name}`);
  return address;
}

/** XML 1.0, production Char: of the control characters only tab and line breaks; no halves of surrogate pairs. */
function held(value: string): string {
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(value))
    throw new Error('a value has a character that XML can’t hold');
  return value;
}
