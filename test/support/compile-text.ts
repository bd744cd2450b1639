import { fileProvider, readPieces } from '../../src/adapters/files.ts';
import { compile, type Compiled } from '../../src/compile.ts';
import type { Diagnostic, Outcome } from '../../src/diagnostics/diagnostic.ts';
import type { ProfileFile } from '../../src/profile/schema.ts';
import type { FileProvider } from '../../src/resolve/files.ts';

/** The free-text pieces as they ship. */
export const pieces = readPieces();

/** Our own profiles as they ship; whatever lies beside a profile comes from a map. */
export function provider(beside: Readonly<Record<string, string>> = {}): FileProvider {
  const real = fileProvider('/');
  const find = (path: string) => {
    const name = path.replace(/^\.\//, '');
    const text = beside[name];
    return text === undefined
      ? { reason: 'there is no such file' }
      : { source: { id: name, path: name, text } };
  };
  return {
    ownProfiles: real.ownProfiles,
    profile: (reference, from) =>
      reference.startsWith('./') ? find(reference) : real.profile(reference, from),
    text: find,
  };
}

/** Compiles a profile given as text. */
export function compileText(
  text: string,
  beside: Readonly<Record<string, string>> = {},
  standIn = false,
): Outcome<Compiled> {
  return compile({ id: 'mine.yaml', path: 'mine.yaml', text }, provider(beside), pieces, { standIn });
}

/** Compiles a profile given as data: a worker, unless it says otherwise. */
export function compileProfile(profile: ProfileFile, beside: Readonly<Record<string, string>> = {}) {
  return compileText(JSON.stringify({ extends: 'worker', ...profile }), beside);
}

/** The same where nothing may be wrong. */
export function compiled(profile: ProfileFile, beside: Readonly<Record<string, string>> = {}): Compiled {
  const { value, diagnostics } = compileProfile(profile, beside);
  if (!value) throw new Error(`the test's own profile is wrong: ${messages(diagnostics).join('; ')}`);
  return value;
}

/** The text of one artifact. */
export function artifact({ artifacts }: Compiled, name: string): string {
  const found = artifacts.find((one) => one.name === name);
  if (!found) throw new Error(`no artifact ${name}`);
  return found.text;
}

export const messages = (diagnostics: readonly Diagnostic[]): string[] =>
  diagnostics.map(({ code, message }) => `${code} ${message}`);
