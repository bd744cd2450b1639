import { openPrivate, openSecrets } from '../adapters/files.ts';
import type { Diagnostic, Outcome } from '../diagnostics/diagnostic.ts';
import { quote } from '../diagnostics/printable.ts';
import { isEncrypted } from '../secrets/is-encrypted.ts';
import { readSecrets, type Secrets } from '../secrets/secrets.ts';
import type { Io } from './io.ts';

/** Names the file with the age identity where `--identity` does not. */
export const IDENTITY_VARIABLE = 'BAKE_AGE_IDENTITY';

/** Reads a secrets file that a person named, decrypting it where it is encrypted. */
export async function takeSecrets(
  path: string,
  identity: string | undefined,
  io: Io,
): Promise<Outcome<Secrets>> {
  const fail = (reason: string): Outcome<Secrets> => ({
    diagnostics: [unusable(`can’t use the secrets file ${quote(path)}: ${reason}`)],
  });
  const found = openSecrets(path, io.cwd);
  if ('reason' in found) return fail(found.reason);
  const { source } = found;
  if (!isEncrypted(source.text)) return readSecrets(source);

  const identityFile = identity ?? io.env[IDENTITY_VARIABLE];
  if (!identityFile)
    return fail(`it is encrypted; name the file with the age identity by --identity or ${IDENTITY_VARIABLE}`);
  const opened = openPrivate(identityFile, io.cwd);
  if ('reason' in opened)
    return {
      diagnostics: [unusable(`can’t use the identity file ${quote(identityFile)}: ${opened.reason}`)],
    };
  const { AgeError, decryptText } = await import('../secrets/age.ts');
  try {
    return readSecrets({ ...source, text: await decryptText(source.text, opened.source.text) });
  } catch (error) {
    if (error instanceof AgeError) return fail(error.message);
    throw error;
  }
}

const unusable = (message: string): Diagnostic => ({ code: 'B105', severity: 'error', message, path: [] });
