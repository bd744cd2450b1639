import { randomBytes, randomInt } from 'node:crypto';

/** Of bootstrap tokens (kubernetes.io, "Authenticating with Bootstrap Tokens": `[a-z0-9]{6}\.[a-z0-9]{16}`). */
const TOKEN = 'abcdefghijklmnopqrstuvwxyz0123456789';

/**
 * Letters and digits without those that are taken for one another (0 O, 1 l I): somebody may type them. None of them
 * means anything to keepalived, haproxy, nginx, a shell or YAML.
 */
const PASSWORD = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** Each character equally likely: randomInt draws again where a remainder would favour some. */
const textOf = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');

/** A bootstrap token: 103 bits, of which the 16 characters behind the dot are the secret. */
export const randomToken = (): string => `${textOf(TOKEN, 6)}.${textOf(TOKEN, 16)}`;

export const randomPassword = (length: number): string => textOf(PASSWORD, length);

/** 8 characters: VRRP's simple authentication carries no more (keepalived.conf(5), `auth_pass`). */
export const randomVrrpPassword = (): string => randomPassword(8);
/** 24 characters: 140 bits. */
export const randomStatsPassword = (): string => randomPassword(24);

/** 32 bytes in base64: what the API server's `aescbc` and `secretbox` take. */
export const randomKey = (): string => randomBytes(32).toString('base64');
