import { secretsIn } from '../validate/rules/secrets-stay-out-of-the-image.ts';
import { FILLED } from './part.ts';

/** Parameters by which a server knows who asks: `?token=`, `&private_token=`, `&X-Amz-Signature=`, `&sig=`. */
const PARAMETER =
  /[?&;](?:[\w.-]{0,40}(?:token|secret|password|passwd|passphrase|pwd|api[_-]?key|access[_-]?key|credentials?|signature)|sig|auth)=(?![$<{%]|(?:changeme|example|your|xxx))([^&;#\s]{6,})/i;
/** A token in the place of a user's name; names are shorter. */
const USER = /^[a-z+]{2,10}:\/\/[^\s/:@?]{20,}@/i;

/** What an address gives away to whoever reads it: `a password in an address`. */
export function credentialIn(address: string): string | undefined {
  const [secret] = secretsIn(address);
  if (secret !== undefined) return secret;
  if (address.includes(FILLED)) return undefined;
  return PARAMETER.test(address) || USER.test(address) ? 'a token or password in an address' : undefined;
}
