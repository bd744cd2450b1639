import { isOver } from './date.ts';
import { isAtLeast, minorOf, patchOf } from './version.ts';

interface ContainerdBranch {
  /** Last day of general support, YYYY-MM-DD. */
  readonly supportEnds: string;
  /** Longer support that its makers give for use with these Kubernetes minors only. */
  readonly extended?: { readonly until: string; readonly minors: readonly string[] };
}

/** Source: containerd RELEASES.md (2026-08-22), release notes to 2.4.0 (2026-09-16); the ends of 2.4 and of the extensions are months, taken at their last day. */
const BRANCHES: Readonly<Record<string, ContainerdBranch>> = {
  '1.5': { supportEnds: '2023-02-28' },
  '1.6': { supportEnds: '2025-08-23' },
  '1.7': { supportEnds: '2026-03-10', extended: { until: '2026-09-30', minors: ['1.30', '1.31', '1.32'] } },
  '2.0': { supportEnds: '2025-11-07', extended: { until: '2027-03-31', minors: ['1.33'] } },
  '2.1': { supportEnds: '2026-07-03' },
  '2.2': { supportEnds: '2026-11-06' },
  '2.3': { supportEnds: '2028-04-30' },
  '2.4': { supportEnds: '2027-04-30' },
};

/** When support of this containerd ended for use with a Kubernetes minor; `undefined` while it lasts or when the branch is newer than the catalog. */
export function containerdSupportEnded(version: string, kubernetesMinor: string): string | undefined {
  const branch = BRANCHES[minorOf(version)];
  // Branches older than the table were all over before its first row.
  if (!branch) return isAtLeast(version, '1.5') ? undefined : 'before 2023';
  const end = branch.extended?.minors.includes(kubernetesMinor) ? branch.extended.until : branch.supportEnds;
  return isOver(end) ? end : undefined;
}

/**
 * What containerd's makers recommend for each Kubernetes minor, as first patch of each branch, newest branch first; branches
 * newer than the first are fine as well. Source: containerd RELEASES.md, table "Kubernetes support" (2026-08-22). They had
 * published no row for 1.37; the long-term branch is taken.
 */
const RECOMMENDED: Readonly<Record<string, readonly string[]>> = {
  '1.17': ['1.3.0'],
  '1.18': ['1.3.0'],
  '1.19': ['1.4.0'],
  '1.20': ['1.5.0'],
  '1.21': ['1.5.0'],
  '1.22': ['1.5.5'],
  '1.23': ['1.6.0', '1.5.8'],
  '1.24': ['1.7.0', '1.6.4', '1.5.11'],
  '1.25': ['1.7.0', '1.6.4', '1.5.11'],
  '1.26': ['1.7.0', '1.6.15'],
  '1.27': ['1.7.0', '1.6.15'],
  '1.28': ['1.7.0', '1.6.15'],
  '1.29': ['1.7.11', '1.6.27'],
  '1.30': ['2.0.0', '1.7.13', '1.6.28'],
  '1.31': ['2.0.0', '1.7.20', '1.6.34'],
  '1.32': ['2.1.0', '2.0.1', '1.7.24', '1.6.36'],
  '1.33': ['2.1.0', '2.0.4', '1.7.24', '1.6.36'],
  '1.34': ['2.1.3', '2.0.6', '1.7.28', '1.6.39'],
  '1.35': ['2.2.0', '2.1.5', '1.7.28'],
  '1.36': ['2.3.0', '2.2.0'],
  '1.37': ['2.3.0'],
};

/** The versions recommended for a Kubernetes minor, as people write them: `2.2.0 or newer`, `1.7.28 or newer 1.7`. */
export function recommendedContainerd(kubernetesMinor: string): readonly string[] {
  return (RECOMMENDED[kubernetesMinor] ?? []).map((floor, i) =>
    i === 0 ? `${floor} or newer` : `${floor} or newer ${minorOf(floor)}`,
  );
}

/** How a containerd stands to that recommendation: its whole branch is outside of it, only its patch is too old, or neither. */
export function containerdStanding(
  version: string,
  kubernetesMinor: string,
): 'recommended' | 'old-patch' | 'other-branch' {
  const floors = RECOMMENDED[kubernetesMinor] ?? [];
  const newest = floors[0];
  if (newest === undefined || isAtLeast(version, newest)) return 'recommended';
  const floor = floors.find((candidate) => minorOf(candidate) === minorOf(version));
  if (floor === undefined) return 'other-branch';
  return patchOf(version) >= patchOf(floor) ? 'recommended' : 'old-patch';
}

/** CRI versions that a containerd serves: v1 came with 1.6, v1alpha2 went with 2.0. Source: containerd release notes 1.6.0, 2.0.0. */
export function containerdCriApis(version: string): readonly ('v1' | 'v1alpha2')[] {
  if (isAtLeast(version, '2.0')) return ['v1'];
  return isAtLeast(version, '1.6') ? ['v1', 'v1alpha2'] : ['v1alpha2'];
}

/** The runc that a containerd is tested with, among those with a known checksum. Source: script/setup/runc-version of each branch (2026-08); 2.1 and older than 1.7 not verified. */
export function runcFor(containerd: string): string {
  return isAtLeast(containerd, '2.3') ? '1.4.3' : '1.3.6';
}
