import type { Runtime } from '../profile/profile.ts';
import type { OperatingSystem } from './operating-systems.ts';

type Wanted = Pick<Runtime, 'source' | 'version'>;

/** The newest in Docker's apt repository, which is what an unpinned install brings. Source: its package index (2026-10). */
const NEWEST_OF_DOCKER = { containerd: '2.3.6', docker: '29.8.1' } as const;

/** The newest upstream release of the long-term branch with a known checksum (src/catalog/checksums/containerd.ts). */
export const DEFAULT_UPSTREAM_CONTAINERD = '2.3.4';

/** The newest cri-dockerd with a known checksum (src/catalog/checksums/cri-dockerd.ts). */
export const DEFAULT_CRI_DOCKERD = '0.3.26';

/** The containerd that a machine with engine containerd gets; undefined of a distribution that has none. */
export function containerdVersion(os: OperatingSystem, runtime: Wanted): string | undefined {
  switch (runtime.source) {
    case 'distribution':
      return os.containerd;
    case 'docker':
      return runtime.version ?? NEWEST_OF_DOCKER.containerd;
    case 'upstream':
      return runtime.version ?? DEFAULT_UPSTREAM_CONTAINERD;
  }
}

/** The Docker Engine that a machine with engine docker gets; undefined of a distribution that has none. */
export function dockerVersion(os: OperatingSystem, runtime: Wanted): string | undefined {
  return runtime.source === 'distribution'
    ? os.docker?.version
    : (runtime.version ?? NEWEST_OF_DOCKER.docker);
}
