import type { Code } from '../diagnostics/codes.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/**
 * A diagnostic of a secrets file that can be shown: its place and what was expected there, nothing that the person wrote.
 * Messages quote what was found, YAML's own among them, and so does a path; the excerpt is blank.
 */
export function redacted({ code, severity, message, span }: Diagnostic): Diagnostic {
  const blank = span && { ...span, source: { ...span.source, text: '' } };
  const hint = HINTS[code];
  return {
    code,
    severity,
    message: `${sayable(code, message)} (values of this file are not shown)`,
    path: [],
    ...(blank ? { span: blank } : {}),
    ...(hint === undefined ? {} : { hint }),
  };
}

const MESSAGES: Readonly<Partial<Record<Code, string>>> = {
  B101: 'this can’t be read as YAML',
  B102: 'a key stands in this mapping twice',
  B103: 'the file is too large, too deep, or has too many aliases',
  B104: 'a second document begins here; a secrets file is one document',
  B106: 'a value begins with an exclamation mark, which YAML takes for a tag',
  B201: 'a secrets file has no such key here',
  B205: 'the file says nothing',
};

const HINTS: Readonly<Partial<Record<Code, string>>> = {
  B101: 'put values in quotes; without an identity an encrypted file is no YAML either',
  B106: 'put it in quotes',
  B201: 'registries (or proxies): {NAME: {username: ..., password: ...}}; the rest is made by `bake secrets new`',
  B205: '`bake secrets new` makes a file for a cluster; registries: {NAME: {username: ..., password: ...}} is one, too',
};

/** Of `expected X, found Y` the first half, and the name of a missing key: both are the schema's words. */
function sayable(code: Code, message: string): string {
  const fixed = MESSAGES[code];
  if (fixed !== undefined) return fixed;
  const expected = /^expected ([^]*?)(?:, found [^]*)?$/.exec(message)?.[1];
  if (expected !== undefined) return `expected ${expected}`;
  const missing = /^"\w+" is missing/.exec(message)?.[0];
  return missing ?? 'this is not what a secrets file has here';
}
