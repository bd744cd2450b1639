import { armor, Decrypter, Encrypter } from 'age-encryption';

/** A mistake in what a person gave; its message quotes none of it but recipients, which are public. */
export class AgeError extends Error {
  override readonly name = 'AgeError';
}

/** The text encrypted to each of the recipients (age-encryption.org/v1), armored. Throws {@link AgeError}. */
export async function encryptText(text: string, recipients: readonly string[]): Promise<string> {
  const encrypter = new Encrypter();
  for (const recipient of recipients) {
    try {
      encrypter.addRecipient(recipient);
    } catch {
      throw new AgeError(`${JSON.stringify(recipient)} is no age recipient; they begin with age1`);
    }
  }
  return `${armor.encode(await encrypter.encrypt(text)).trim()}\n`;
}

/** The text of an armored age file. Identities are those of an identity file's text. Throws {@link AgeError}. */
export async function decryptText(armored: string, identityFile: string): Promise<string> {
  const decrypter = new Decrypter();
  const lines = identityFile.split('\n').map((line) => line.trim());
  const identities = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (identities.length === 0)
    throw new AgeError('the identity file holds no identity (AGE-SECRET-KEY-1...; age-keygen makes one)');
  for (const identity of identities) {
    try {
      decrypter.addIdentity(identity);
    } catch {
      throw new AgeError(
        'the identity file holds something other than age identities (AGE-SECRET-KEY-1...) and comments',
      );
    }
  }
  const bytes = dearmored(armored);
  try {
    return await decrypter.decrypt(bytes, 'text');
  } catch {
    throw new AgeError('none of the identities opens it, or it is damaged');
  }
}

function dearmored(text: string): Uint8Array {
  try {
    return armor.decode(text);
  } catch {
    throw new AgeError('it begins like an age file and is none');
  }
}
