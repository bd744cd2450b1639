import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';

/** Of a build: SEC 1 PEM, which every version of Packer reads. Random, so it is made once for a folder and never compiled. */
export function makeBuildKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'sec1', format: 'pem' }).toString();
}

/**
 * The public half as a line of authorized_keys (RFC 5656, 3.1: the names of the algorithm and of the curve, then the point).
 * `undefined` where the text is no key of this kind.
 */
export function publicLine(privateKey: string): string | undefined {
  let jwk;
  try {
    jwk = createPublicKey(createPrivateKey(privateKey)).export({ format: 'jwk' });
  } catch {
    return undefined;
  }
  const { crv, x, y } = jwk;
  if (crv !== 'P-256' || x === undefined || y === undefined) return undefined;
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  const fields = [Buffer.from(ALGORITHM), Buffer.from('nistp256'), point].flatMap((field) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(field.length);
    return [length, field];
  });
  return `${ALGORITHM} ${Buffer.concat(fields).toString('base64')} image-build`;
}

const ALGORITHM = 'ecdsa-sha2-nistp256';
