import type { KubernetesSource } from '../profile/profile.ts';
import type { Arch, OperatingSystem } from './operating-systems.ts';
import { isMirrorName, MIRROR_SETS, type Mirror } from './mirrors/index.ts';
import { isBelow, minorOf } from './version.ts';

/** A repository of apt or dnf with the one key that may sign it. */
export interface Repository {
  readonly uri: string;
  /** `/` for a flat repository, which has no components, and for dnf's, which have neither. */
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

/** Where the packages of a minor are, and their key. Source: kubernetes.io, install-kubeadm. */
const PER_MINOR = {
  apt: { folder: 'deb', key: 'Release.key' },
  dnf: { folder: 'rpm', key: 'repodata/repomd.xml.key' },
} as const;

/**
 * The repository that holds the Kubernetes packages of a version. `binaries` is no repository. Wherever it is, its key is that of
 * Kubernetes.
 */
export function kubernetesRepository(
  source: KubernetesSource,
  version: string,
  { packageManager }: Pick<OperatingSystem, 'packageManager'>,
): RepositoryAnswer {
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
  if (source === 'binaries')
    return { reason: 'binaries come from dl.k8s.io one by one, not from a repository' };
  const { kubernetes } = MIRROR_SETS[source];
  if (!kubernetes) return { reason: 'it has no packages of Kubernetes' };
  const { perMinor: base, legacy } = kubernetes;
  if (isBelow(version, FIRST_PER_MINOR)) {
    if (packageManager === 'dnf') return { reason: 'repositories of RPMs begin at 1.24' };
    if (legacy === undefined) return { reason: 'it begins at 1.24' };
    return {
      repository: {
        uri: `${legacy}/`,
        suite: 'kubernetes-xenial',
        components: ['main'],
        keyUrl: `${legacy}/doc/apt-key.gpg`,
        fingerprint: LEGACY_KEY,
      },
    };
  }
  if (base === undefined) return { reason: 'it is known to have the old repository only, to 1.23' };
  const { folder, key } = PER_MINOR[packageManager];
  return {
    repository: {
      uri: `${base}/${minor}/${folder}/`,
      suite: '/',
      components: [],
      keyUrl: `${base}/${KEY_MINOR}/${folder}/${key}`,
      fingerprint: KUBERNETES_KEY,
    },
  };
}

/**
 * The repository of Docker's own packages (docker-ce, containerd.io) at a mirror: a set, or an address with `debian`, `ubuntu` and
 * `centos` below it. Wherever it is, its key is Docker's. Source: docs.docker.com/engine/install, 2026.
 */
export function dockerRepository(os: OperatingSystem, arch: Arch, mirror: Mirror): RepositoryAnswer {
  const at = isMirrorName(mirror) ? MIRROR_SETS[mirror].docker : mirror;
  if (at === undefined) return { reason: 'it has no packages of Docker' };
  const place = at.replace(/\/+$/, '');
  if (os.packageManager === 'dnf') {
    // Mirrors have `centos`; what is in `rhel` beside it at Docker's is the same, by the same key.
    return {
      repository: {
        uri: `${place}/centos/${os.version}/${RPM_ARCHES[arch]}/stable/`,
        suite: '/',
        components: [],
        keyUrl: `${place}/centos/gpg`,
        fingerprint: '060A61C51B558A7F742B77AAC52FEB6B621E9F35',
      },
    };
  }
  const base = `${place}/${os.family}`;
  return {
    repository: {
      uri: base,
      suite: os.codename,
      components: ['stable'],
      keyUrl: `${base}/gpg`,
      fingerprint: '9DC858229FC7DD38854AE2D88D81803C0EBFCD88',
    },
  };
}

/** What RPMs call architectures. */
const RPM_ARCHES: Readonly<Record<Arch, string>> = { amd64: 'x86_64', arm64: 'aarch64' };
