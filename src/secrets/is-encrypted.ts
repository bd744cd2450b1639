/** The first line of an age file in its text form (age-encryption.org/v1, "ASCII armor"). */
const ARMOR = '-----BEGIN AGE ENCRYPTED FILE-----';

export const isEncrypted = (text: string): boolean => text.trimStart().startsWith(ARMOR);
