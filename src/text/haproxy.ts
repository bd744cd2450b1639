/**
 * One word of a line in haproxy.cfg; any text without line breaks and NUL comes through unchanged. Between single quotes
 * nothing is special but the quote itself, and quoted pieces that touch are one word (HAProxy configuration manual,
 * "Quoting and escaping"). Throws, without the value, for what a line can't hold.
 */
export function haproxyWord(value: string): string {
  if (/[\0\r\n]/.test(value)) throw new Error('a line of haproxy.cfg can’t hold a line break or NUL');
  return /^[A-Za-z0-9_@%+=:,./*[\]-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
