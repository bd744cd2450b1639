import type { ClusterSecrets } from './cluster-secrets.ts';
import { randomToken } from './random.ts';
import { after } from './times.ts';

/** A bootstrap token that is good for so many seconds from now. */
export function makeToken(now: Date, seconds: number): ClusterSecrets['bootstrapToken'] {
  return { token: randomToken(), expires: after(now, seconds), ttl: seconds };
}
