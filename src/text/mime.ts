import { createHash } from 'node:crypto';

/** One part of a MIME message. */
export interface MimePart {
  /** Its content type without parameters: `text/cloud-config`. */
  readonly type: string;
  readonly content: Uint8Array;
}

/**
 * A multipart/mixed message (RFC 2046) of ASCII alone. Parts that are ASCII stand as they are, others in base64; what a reader
 * decodes is the content to the byte. The boundary comes from the content, so the same parts give the same bytes.
 */
export function mimeText(parts: readonly MimePart[]): string {
  const hash = createHash('sha256');
  for (const { type, content } of parts) hash.update(`${type}\0${content.length}\0`).update(content);
  const boundary = `bake-${hash.digest('hex').slice(0, 24)}`;
  return [
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    'MIME-Version: 1.0',
    '',
    ...parts.flatMap(({ type, content }) => {
      const bytes = Buffer.from(content);
      const isText = type.startsWith('text/') && bytes.every((byte) => byte < 0x80 && byte !== 0x0d);
      return [
        `--${boundary}`,
        `Content-Type: ${type}${type.startsWith('text/') ? '; charset="utf-8"' : ''}`,
        `Content-Transfer-Encoding: ${isText ? '7bit' : 'base64'}`,
        '',
        isText ? bytes.toString() : wrapped(bytes.toString('base64')),
      ];
    }),
    `--${boundary}--`,
    '',
  ].join('\n');
}

/** RFC 2045, section 6.8: lines of at most 76 characters. */
const wrapped = (base64: string): string => base64.replace(/.{76}(?=.)/g, '$&\n');
