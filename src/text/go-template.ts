/**
 * Text for a place that goes through Go's text/template, as most arguments of Packer's builders and post-processors do: it comes
 * out as it is (text/template, "Actions": a raw string is a value like any other).
 */
export const goTemplateText = (value: string): string => value.replaceAll('{{', '{{`{{`}}');
