import type { KubernetesSource } from '../profile/profile.ts';
import type { OperatingSystem } from './operating-systems.ts';
import { isAtLeast, isBelow, minorOf } from './version.ts';

/** An apt repository with the one key that may sign it. */
export interface Repository {
  readonly uri: string;
  /** `/` for a flat repository, which has no components. */
  readonly suite: string;
  readonly components: readonly string[];
  readonly keyUrl: string;
  /** 40 upper-case hexadecimal digits. */
  readonly fingerprint: string;
}

/** A repository, or the reason why the source has none for the version. */
export type RepositoryAnswer = { readonly repository: Repository } | { readonly reason: string };

/**
 * pkgs.k8s.io: rsa2048, `isv:kubernetes OBS Project`. The copy seen on 2026-07-16 expires on 2026-12-29; the repositories of
 * 1.24 to 1.27 still serve a copy that expired on 2024-11-02, so the key always comes from a newer minor's.
 */
const KUBERNETES_KEY = 'DE15B14486CD377B9E876E1A234654DA9A296436';
const KEY_MINOR = 'v1.36';

/** Google's key of 2022, which signed the old apt repository when it was frozen; the mirror serves that state. Its validity today: not verified. */
const LEGACY_KEY = 'A362B822F6DEDC652817EA46B53DC80D13EDEF05';

/** Releases before 1.24 were never in the repositories per minor; the last one in the old repository is 1.28.2. */
const FIRST_PER_MINOR = '1.24.0';

/**
 * The repository that holds the Kubernetes packages of a version. `binaries` is no repository.
 * Source: kubernetes.io install-kubeadm and package repository posts (2023-08 to 2024), help pages of the mirrors (2024 to 2026).
 */
export function kubernetesRepository(source: KubernetesSource, version: string): RepositoryAnswer {
  const minor = `v${minorOf(version)}`;
  if (typeof source === 'object') {
    return {
      repository: {
        uri: source.url.replaceAll('{minor}', minor),
        suite: source.suite ?? '/',
        components: source.components ?? [],
        keyUrl: source.keyUrl.replaceAll('{minor}', minor),
        fingerprint: source.fingerprint,
      },
    };
  }
  const isOld = isBelow(version, FIRST_PER_MINOR);
  switch (source) {
    case 'official':
      if (isOld)
        return { reason: 'pkgs.k8s.io begins at 1.24; the older repository was closed on 2024-03-04' };
      return perMinor('https://pkgs.k8s.io/core:/stable:', minor);
    case 'tuna':
      if (isOld) return { reason: 'this mirror begins at 1.24' };
      return perMinor('https://mirrors.tuna.tsinghua.edu.cn/kubernetes/core:/stable:', minor);
    case 'aliyun':
      // This mirror's paths have no colons.
      if (isAtLeast(version, FIRST_PER_MINOR))
        return perMinor('https://mirrors.aliyun.com/kubernetes-new/core/stable', minor);
      return {
        repository: {
          uri: 'https://mirrors.aliyun.com/kubernetes/apt/',
          suite: 'kubernetes-xenial',
          components: ['main'],
          keyUrl: 'https://mirrors.aliyun.com/kubernetes/apt/doc/apt-key.gpg',
          fingerprint: LEGACY_KEY,
        },
      };
    case 'binaries':
      return { reason: 'binaries come from dl.k8s.io one by one, not from a repository' };
  }
}

function perMinor(base: string, minor: string): RepositoryAnswer {
  return {
    repository: {
      uri: `${base}/${minor}/deb/`,
      suite: '/',
      components: [],
      keyUrl: `${base}/${KEY_MINOR}/deb/Release.key`,
      fingerprint: KUBERNETES_KEY,
    },
  };
}

/** Docker's own apt repository (docker-ce, containerd.io). Source: docs.docker.com/engine/install, 2026. */
export function dockerRepository(os: OperatingSystem): Repository {
  const base = `https://download.docker.com/linux/${os.family}`;
  return {
    uri: base,
    suite: os.codename,
    components: ['stable'],
    keyUrl: `${base}/gpg`,
    fingerprint: '9DC858229FC7DD38854AE2D88D81803C0EBFCD88',
  };
}
