import type { Path } from '../diagnostics/diagnostic.ts';
import type { ClusterFile } from './schema.ts';

/** What a cluster file lacks since it was of the wrong shape, which has been told. Paths are those of what is left. */
export interface Gaps {
  readonly leftOut: readonly Path[];
  /** Lists that lack entries. */
  readonly short: readonly Path[];
}

/** Where a gap shows in a whole cluster: in its place, and in what is made of it (src/cluster/complete.ts). */
export function derivedFrom(path: Path, file: ClusterFile): Path[] {
  const [first, second, third] = path;
  const endpoint: Path[] = file.endpoint === undefined ? [['endpoint']] : [];
  switch (first) {
    case 'virtualIp':
    case 'balancer':
      return endpoint;
    case 'networks':
    case 'kubeadm':
      return (file.addons ?? []).map((_, i) => ['addons', i, 'replace']);
    case 'nodes':
      if (second === undefined) return [...endpoint, ['virtualIp']];
      if (third === 'address') return endpoint;
      return third === 'network' ? [...endpoint, ['nodes', second, 'address'], ['virtualIp', 'prefix']] : [];
    default:
      return [];
  }
}

/** Whether a place is at another one or in it. */
export const isWithin = (path: Path, other: Path): boolean => other.every((step, i) => step === path[i]);
