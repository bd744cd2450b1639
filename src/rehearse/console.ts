/** A line of a console as a person would read it: no colours, no cursor movements, no carriage returns. */
export function printable(line: string): string {
  return line

    .replace(/\x1b(\[[0-9;?=]*[A-Za-z]|\][^\x07]*\x07|[()][A-Z0-9]|[=>78cM])/g, '')

    .replace(/[\x00-\x08\x0b-\x1f\x7f]/g, '')
    .trimEnd();
}
