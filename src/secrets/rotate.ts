import type { ClusterSecrets } from './cluster-secrets.ts';
import { randomKey, randomStatsPassword, randomVrrpPassword } from './random.ts';
import type { Rotation } from './rotations.ts';
import { after } from './times.ts';
import { makeToken } from './token.ts';

export interface RotateOptions {
  readonly now: Date;
  readonly initWindowSeconds: number;
  readonly tokenTtlSeconds: number;
}

/** The same secrets with some of them made anew. */
export function rotate(
  secrets: ClusterSecrets,
  what: readonly Rotation[],
  options: RotateOptions,
): ClusterSecrets {
  return what.reduce((before, one) => ({ ...before, ...fresh(one, options) }), secrets);
}

function fresh(
  what: Rotation,
  { now, initWindowSeconds, tokenTtlSeconds }: RotateOptions,
): Partial<ClusterSecrets> {
  switch (what) {
    case 'token':
      return { bootstrapToken: makeToken(now, tokenTtlSeconds) };
    case 'window':
      return { initUntil: after(now, initWindowSeconds) };
    case 'vrrp':
      return { vrrpPassword: randomVrrpPassword() };
    case 'stats':
      return { statsPassword: randomStatsPassword() };
    case 'encryption':
      return { encryptionKey: randomKey() };
  }
}
