/**
 * One word of a line in keepalived.conf. It has no escapes that hold for every keyword, so a few characters can't be
 * written at all: both quotes, the backslash, the dollar of its own parameters, and what is not printable ASCII
 * (keepalived.conf(5), "Quoted strings" and "Parameter substitution"; tried on 2.2.7). Throws for these, without the value.
 */
export function keepalivedWord(value: string): string {
  if (!/^[ -~]+$/.test(value) || /["'\\$]/.test(value))
    throw new Error('a value has a character that keepalived.conf can’t hold');
  return /^[A-Za-z0-9_.:/%+=,-]+$/.test(value) ? value : `"${value}"`;
}
