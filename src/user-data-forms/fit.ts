import type { Target } from '../catalog/targets/target.ts';
import type { SecretText } from '../secrets/secret-text.ts';
import type { Form } from './form.ts';
import { base64Length, payloadOf, type Payload, type PayloadKind } from './payload.ts';

/** A payload with its size as the platform counts it, in bytes. */
export interface Measured {
  readonly payload: Payload;
  readonly size: number;
}

/**
 * The first of what a form can carry that the platform takes and has room for; where nothing fits, the smallest. Throws for a form
 * that is none of the platform's.
 */
export function fit(userData: SecretText, form: Form, target: Target): Measured & { readonly fits: boolean } {
  const isAscii = /^[\0-\x7f]*$/.test(userData);
  const measured = form.payloads
    .filter((kind) => isTaken(kind, form, target, isAscii))
    .map((kind): Measured => {
      const payload = payloadOf(userData, kind);
      return { payload, size: sizeOf(payload, form, target) };
    });
  const limit = target.userData.limit?.bytes ?? Infinity;
  const fitting = measured.find(({ size }) => size <= limit);
  if (fitting) return { ...fitting, fits: true };
  const [smallest] = measured.sort((a, b) => a.size - b.size);
  if (!smallest) throw new Error(`${target.title} takes nothing that this form can carry`);
  return { ...smallest, fits: false };
}

function isTaken(kind: PayloadKind, { carries }: Form, { userData, cli }: Target, isAscii: boolean): boolean {
  const { encodings, asciiOnly } = userData;
  const takes = (encoding: (typeof encodings)[number]): boolean => encodings.includes(encoding);
  if (carries === 'base64') return takes(kind === 'gzip' ? 'gzip+base64' : 'base64');
  if (kind === 'gzip') return carries === 'file' && takes('gzip') && cli?.binary === true;
  return takes('plain') && (kind !== 'plain' || isAscii || asciiOnly !== true);
}

function sizeOf({ bytes }: Payload, { carries }: Form, { userData }: Target): number {
  const counts = userData.limit?.counts ?? 'payload';
  const isBase64 = counts === 'base64' || (counts === 'field' && carries === 'base64');
  return isBase64 ? base64Length(bytes.length) : bytes.length;
}
