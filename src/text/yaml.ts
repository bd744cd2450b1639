import { Document, visit } from 'yaml';

/**
 * YAML that readers of 1.1 (cloud-init's PyYAML) and of 1.2 (goss) take for the same: what either would read as a
 * number, a date or a truth value is quoted. Long lines stay whole, texts of several lines stand as blocks.
 */
export function yamlText(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false, compat: 'yaml-1.1' });
  // A lone = is a type of its own in YAML 1.1, one that the library does not know.
  visit(document, {
    Scalar: (_, node) => {
      if (node.value === '=') node.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ lineWidth: 0, blockQuote: 'literal' });
}
