import { isOver } from './date.ts';
import { KUBERNETES_MINORS, type KubernetesMinor, type SincePatch } from './kubernetes-minors.ts';
import { minorOf, patchOf } from './version.ts';

/** What is known of one exact release. Image values are tags, as `kubeadm config images list` of it prints. */
export interface KubernetesRelease extends Omit<KubernetesMinor, 'etcd' | 'coredns' | 'skipped'> {
  readonly version: string;
  readonly etcd: string;
  readonly coredns: string;
  /** CRI versions that its kubelet can speak, best first. */
  readonly criApi: readonly ('v1' | 'v1alpha2')[];
  /** Whether the kubelet can drive Docker by itself. */
  readonly dockershim: boolean;
  /** Exact Debian versions at pkgs.k8s.io; undefined where not verified. */
  readonly cniPackage?: string;
  readonly criToolsPackage?: string;
  /** Which Debian versions its packages have: `1.20.2-00` (one old repository) or `1.35.8-1.1` (a repository per minor). */
  readonly packageStyle: 'legacy' | 'per-minor';
  /** False for a patch newer than the catalog, of a minor that still gets patches. */
  readonly isKnown: boolean;
}

/** All minors that the catalog knows, oldest first: `1.17` ... */
export const KUBERNETES_VERSIONS: readonly string[] = KUBERNETES_MINORS.map((row) => row.minor);

const byMinor = new Map(KUBERNETES_MINORS.map((row) => [row.minor, row]));

/**
 * The release of an exact version (`1.35.8`), or `undefined` when there is none: an unknown minor, a patch number that
 * was skipped, or one after the last patch of a minor that has ended. A newer patch of a living minor has the values of
 * the newest patch known.
 */
export function kubernetesRelease(version: string): KubernetesRelease | undefined {
  const row = byMinor.get(minorOf(version));
  const patch = patchOf(version);
  if (!row || row.skipped?.includes(patch)) return undefined;
  const isKnown = patch <= row.lastPatch;
  if (!isKnown && !maySeePatches(row)) return undefined;
  const { etcd, coredns, skipped: _, ...facts } = row;
  const number = Number(row.minor.split('.')[1]);
  return {
    ...facts,
    version,
    etcd: valueAt(etcd, patch),
    coredns: valueAt(coredns, patch),
    criApi: number >= 26 ? ['v1'] : number >= 23 ? ['v1', 'v1alpha2'] : ['v1alpha2'],
    dockershim: number <= 23,
    packageStyle: number >= 24 ? 'per-minor' : 'legacy',
    isKnown,
    ...(row.cni?.revision === undefined ? {} : { cniPackage: `${row.cni.version}-${row.cni.revision}` }),
    ...(row.criTools?.revision === undefined
      ? {}
      : { criToolsPackage: `${row.criTools.version}-${row.criTools.revision}` }),
  };
}

/** The version that is nearest to one that does not exist: the last patch of its minor, or of the nearest minor. */
export function nearestRelease(version: string): string {
  const wanted = Number(version.split('.')[1]);
  const distance = (row: KubernetesMinor): number => Math.abs(Number(row.minor.split('.')[1]) - wanted);
  const row = KUBERNETES_MINORS.reduce((best, next) => (distance(next) < distance(best) ? next : best));
  const patch =
    row.minor === minorOf(version) && patchOf(version) < row.lastPatch ? patchOf(version) + 1 : row.lastPatch;
  return `${row.minor}.${patch}`;
}

/** The sandbox image that kubeadm of this version lists; `undefined` when there is no such release. */
export function defaultPauseImage(version: string, imageRepository: string): string | undefined {
  const release = kubernetesRelease(version);
  return release && `${imageRepository}/pause:${release.pause}`;
}

/** A minor whose list of patches was not seen to its end may have more of them. */
const maySeePatches = (row: KubernetesMinor): boolean => row.isOpen === true || !isOver(row.supportEnds);

function valueAt(values: SincePatch, patch: number): string {
  return values.reduce((found, [since, value]) => (patch >= since ? value : found), values[0][1]);
}
