import { compareVersions, isAtLeast, isBelow } from './version.ts';

/** Something known to be wrong with a cri-dockerd, with its source. */
export interface Flaw {
  readonly reason: string;
  readonly source: string;
}

/** What is known to go wrong with a cri-dockerd under this Kubernetes and this Docker Engine; empty when nothing is. */
export function criDockerdFlaws(criDockerd: string, kubernetes: string, docker: string): readonly Flaw[] {
  return FLAWS.filter((flaw) => flaw.hits(criDockerd, kubernetes, docker)).map(({ reason, source }) => ({
    reason,
    source,
  }));
}

const hasOnlyCriV1 = (version: string): boolean =>
  isAtLeast(version, '0.4.2') || (isAtLeast(version, '0.3.22') && isBelow(version, '0.4.0'));

/** Source: Mirantis/cri-dockerd release notes and issues, 2026-04-27; Docker Engine release notes 25 and 29. */
const FLAWS: readonly (Flaw & {
  readonly hits: (criDockerd: string, kubernetes: string, docker: string) => boolean;
})[] = [
  {
    hits: (version) => compareVersions(version, '0.3.12') === 0,
    reason: '0.3.12 mounts read-only volumes recursively, which stops the pods of Calico and others',
    source: 'cri-dockerd issue 345',
  },
  {
    hits: (version) => compareVersions(version, '0.2.0') === 0,
    reason: '0.2.0 listens on cri-docker.sock, where neither kubeadm nor crictl looks',
    source: 'cri-dockerd releases, 2026-04',
  },
  {
    hits: (version, kubernetes) => isBelow(version, '0.3.0') && isAtLeast(kubernetes, '1.26'),
    reason: 'before 0.3.0 it speaks CRI v1alpha2 only, and the kubelet needs v1 from 1.26 on',
    source: 'cri-dockerd releases, 2026-04',
  },
  {
    hits: (version, _, docker) => isBelow(version, '0.3.10') && isAtLeast(docker, '25'),
    reason: 'before 0.3.10 it reads a field (VirtualSize) that Docker 25 no longer sends',
    source: 'cri-dockerd releases, 2026-04',
  },
  {
    hits: (version, _, docker) => isBelow(version, '0.3.16') && isAtLeast(docker, '29'),
    reason: 'before 0.3.16 its Docker API is older than the 1.44 that Docker 29 demands',
    source: 'Docker Engine release notes 29',
  },
  {
    hits: (version, kubernetes) => hasOnlyCriV1(version) && isBelow(kubernetes, '1.23'),
    reason: 'from 0.3.22 and 0.4.2 on it speaks CRI v1 only, and this kubelet needs v1alpha2',
    source: 'cri-dockerd releases, 2026-04',
  },
];
