import { createHash } from 'node:crypto';

/** The one way in which a value becomes a word of a bash command; any text without NUL comes through unchanged. */
export function shellQuote(value: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(value) &&
    !value.startsWith('-') &&
    !value.startsWith('~') &&
    !value.includes('=')
    ? value
    : `'${value.replaceAll("'", `'\\''`)}'`;
}

/** Several words. */
export function shellWords(values: readonly string[]): string {
  return values.map(shellQuote).join(' ');
}

/**
 * A command that gets `text` on its standard input, byte for byte: a here-document where the text is
 * lines, so that people can read it; base64 otherwise.
 */
export function withInput(command: string, text: string): string {
  if (text === '') return `${command} </dev/null`;
  if (text.endsWith('\n')) {
    const end = `BAKE_${createHash('sha256').update(text).digest('hex').slice(0, 8).toUpperCase()}`;
    if (!text.split('\n').includes(end)) return `${command} <<'${end}'\n${text}${end}`;
  }
  return `base64 -d <<<${shellQuote(Buffer.from(text).toString('base64'))} | ${command}`;
}
