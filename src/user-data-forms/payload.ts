import type { SecretText } from '../secrets/secret-text.ts';
import { gzipped } from '../text/gzip.ts';
import { mimeText } from '../text/mime.ts';

/**
 * What cloud-init gets in the end: the cloud-config as it is, in a MIME message, gzipped in a MIME message, or gzipped. It unpacks all
 * four by itself (cloud-init documentation, "User data formats"); those of MIME are text.
 */
export type PayloadKind = 'plain' | 'mime' | 'mime+gzip' | 'gzip';

export interface Payload {
  readonly kind: PayloadKind;
  readonly bytes: Buffer;
}

/**
 * User-data of ours as a payload. Throws where it is no cloud-config: with `## template: jinja` as its first line every `{{` in a
 * value would be taken for a template's.
 */
export function payloadOf(userData: SecretText, kind: PayloadKind): Payload {
  if (!userData.startsWith('#cloud-config\n')) throw new Error('user-data that is no cloud-config');
  const plain = Buffer.from(userData);
  const bytes = {
    plain: () => plain,
    mime: () => Buffer.from(mimeText([{ type: 'text/cloud-config', content: plain }])),
    'mime+gzip': () => Buffer.from(mimeText([{ type: 'application/gzip', content: gzipped(plain) }])),
    gzip: () => Buffer.from(gzipped(plain)),
  }[kind]();
  return { kind, bytes };
}

/** Characters of the base64 of that many bytes. */
export const base64Length = (bytes: number): number => 4 * Math.ceil(bytes / 3);
