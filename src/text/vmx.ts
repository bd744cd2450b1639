/**
 * One line of a .vmx file. Any text comes through unchanged: what is not printable ASCII, the quote and the bar are written as bars
 * with two hexadecimal digits for each byte of UTF-8 (libvirt source, src/vmx/vmx.c, virVMXUnescapeHex). Throws for a name that is
 * none.
 */
export function vmxLine(name: string, value: string): string {
  if (!/^[A-Za-z0-9_.:-]+$/.test(name)) throw new Error(`not the name of a .vmx setting: ${name}`);
  const written = [...Buffer.from(value)].map((byte) =>
    byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x7c
      ? `|${byte.toString(16).toUpperCase().padStart(2, '0')}`
      : String.fromCharCode(byte),
  );
  return `${name} = "${written.join('')}"\n`;
}
