/**
 * One word of a setting in a unit, such as Environment=, in quotes. Specifiers (%h) and escapes are taken away from it
 * (systemd.syntax(7) "Quoting", systemd.unit(5) "Specifiers"). It must have no line break.
 */
export function systemdWord(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%')}"`;
}
