import { createPrivateKey } from 'node:crypto';

/** A value that must not be in an image, with the name by which messages call it. */
export interface Secret {
  readonly name: string;
  readonly value: string;
}

/** Bytes to look for, and whose they are. */
export interface Needle {
  readonly secret: string;
  /** How the secret is written there. */
  readonly form: 'plain' | 'base64' | 'base64 in base64';
  readonly bytes: Buffer;
}

/** Shorter values (in bytes) occur by chance, so finding them would prove nothing. */
export const SHORTEST_SECRET = 8;

/**
 * A long value is looked for by neighbouring pieces from its middle, because a line may end in it: in
 * wrapped base64 every 48 bytes (PEM) or 57 (MIME). One level of wrapping can cut one piece of
 * two; a key in PEM that is encoded once more can be cut twice, so of a key there are three. Its
 * pieces may be shorter than a text's, since all of its bytes are random.
 */
const TEXT_PIECES = { size: 16, count: 2 };
const KEY_PIECES = { size: 10, count: 3 };

/**
 * What to look for to find a secret on a disk: its bytes, and their base64 at the three ways they
 * can fall into groups of three, because they may be a part of a longer encoded text. Of a private
 * key in PEM it is the private number alone: that is the same in every file format, and unlike
 * the first lines of the PEM it is in no other key and in no certificate.
 * A value shorter than {@link SHORTEST_SECRET} has no needles.
 */
export function needlesOf({ name, value }: Secret): readonly Needle[] {
  const key = privateNumber(value);
  const found = key ? piecesOf(key, KEY_PIECES) : piecesOf(tellingText(value), TEXT_PIECES);
  const pieces = found.filter((piece) => piece.length >= SHORTEST_SECRET);
  const base64 = pieces.flatMap(base64Forms);
  const nested = key ? base64.flatMap(base64Forms) : [];
  return [
    ...pieces.map((bytes): Needle => ({ secret: name, form: 'plain', bytes })),
    ...base64.map((bytes): Needle => ({ secret: name, form: 'base64', bytes })),
    ...nested.map((bytes): Needle => ({ secret: name, form: 'base64 in base64', bytes })),
  ];
}

function privateNumber(value: string): Buffer | undefined {
  if (!/^\s*-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(value)) return undefined;
  try {
    const { d } = createPrivateKey(value).export({ format: 'jwk' });
    return d === undefined ? undefined : Buffer.from(d, 'base64url');
  } catch {
    // Not a format that Node reads (OpenSSH's own, an encrypted one): its text will do.
    return undefined;
  }
}

/** Of a text of several lines the middle one of the longest: files indent, and first lines are alike. */
function tellingText(value: string): Buffer {
  const lines = value.split('\n').map((line) => line.trim());
  const longest = Math.max(...lines.map((line) => line.length));
  const long = lines.filter((line) => line.length === longest);
  return Buffer.from(long[Math.floor(long.length / 2)] ?? '', 'utf8');
}

/** The bytes themselves where they are few, else `count` neighbouring pieces from their middle. */
function piecesOf(bytes: Buffer, { size, count }: { size: number; count: number }): readonly Buffer[] {
  if (bytes.length < size * count) return [bytes];
  const start = Math.floor((bytes.length - size * count) / 2);
  return Array.from({ length: count }, (_, n) => bytes.subarray(start + n * size, start + (n + 1) * size));
}

/** The characters of base64 that depend on these bytes alone, at each of the three alignments. */
function base64Forms(bytes: Buffer): readonly Buffer[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const first = Math.ceil((before * 8) / 6);
    const end = Math.floor(((before + bytes.length) * 8) / 6);
    return Buffer.from(encoded.slice(first, end), 'latin1');
  });
}
