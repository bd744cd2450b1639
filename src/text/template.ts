import Handlebars from 'handlebars';

/**
 * Fills a free-text template (units, motd). The one place that compiles Handlebars: nothing is escaped, since the
 * output is no HTML, and a field that is missing is our bug, so it throws.
 */
export function fill(template: string, fields: Readonly<Record<string, unknown>>): string {
  return Handlebars.compile(template, { noEscape: true, strict: true, preventIndent: true })(fields);
}
