import { checksumOf, knownVersions } from '../../catalog/checksums.ts';
import { kubernetesRelease } from '../../catalog/kubernetes.ts';
import { OPERATING_SYSTEMS } from '../../catalog/operating-systems.ts';
import { kubernetesRepository } from '../../catalog/repositories.ts';
import { mirrorsWith } from '../../catalog/mirrors/index.ts';
import { minorOf } from '../../catalog/version.ts';
import { finding, usersOwn, type Rule } from './rule.ts';

const BINARIES = ['kubeadm', 'kubelet', 'kubectl'] as const;
/** Where a profile pins what comes along with Kubernetes, and what that is called as a package and as a release file. */
const COMPANIONS = [
  {
    key: 'cni',
    package: 'kubernetes-cni',
    component: 'cni-plugins',
    revision: 'cniPackage',
    upstream: 'cni',
  },
  {
    key: 'criTools',
    package: 'cri-tools',
    component: 'crictl',
    revision: 'criToolsPackage',
    upstream: 'criTools',
  },
] as const;

/** The chosen source must have the release. */
export const kubernetesComesFromSource: Rule = (resolved, { standIn }) => {
  const { kubernetes, arch, os } = resolved.profile;
  const system = OPERATING_SYSTEMS[os];
  if (standIn || !kubernetes || !kubernetesRelease(kubernetes.version)) return [];
  const { source, version } = kubernetes;
  const path = usersOwn(resolved, ['kubernetes', 'source'], ['mirrors'], ['kubernetes', 'version']);
  if (source === 'binaries') {
    const missing = BINARIES.filter((name) => checksumOf(name, arch, version) === undefined);
    if (missing.length === 0) return [];
    const known = knownVersions('kubeadm', arch);
    const message = `no checksum is known for ${missing.join(', ')} ${version}, so the binaries can’t be trusted`;
    return [finding(resolved, 'B405', path, message, { hint: `known are ${known.at(-1)} to ${known[0]}` })];
  }
  const answer = kubernetesRepository(source, version, system);
  if ('repository' in answer) return [];
  const message = `Kubernetes ${version} is not to be had from ${JSON.stringify(source)}: ${answer.reason}`;
  const have = mirrorsWith((_, name) => 'repository' in kubernetesRepository(name, version, system));
  // RPMs of what is older than the repositories per minor are nowhere.
  const hint =
    have.length > 0
      ? `${inWords(have)} have it (mirrors, kubernetes.source); or name your own repository`
      : 'name your own repository; mirrors have it for Debian and Ubuntu only';
  return [finding(resolved, 'B405', path, message, { hint })];
};

const inWords = (names: readonly string[]): string =>
  [names.slice(0, -1).join(', '), ...names.slice(-1)].filter(Boolean).join(' and ');

/** kubernetes-cni and cri-tools have versions of their own; where the catalog does not know them the profile had better say. */
export const companionsHaveVersions: Rule = (resolved, { standIn }) => {
  const { kubernetes, arch } = resolved.profile;
  const release = kubernetes && kubernetesRelease(kubernetes.version);
  if (standIn || !release) return [];
  return COMPANIONS.flatMap((companion) => {
    const written = kubernetes[companion.key];
    const path = usersOwn(
      resolved,
      ['kubernetes', companion.key],
      ['kubernetes', 'version'],
      ['kubernetes', 'source'],
    );
    if (kubernetes.source === 'binaries') {
      const version = written ?? release[companion.upstream]?.version;
      if (version !== undefined && checksumOf(companion.component, arch, version) !== undefined) return [];
      const message = `no checksum is known for ${companion.component} ${version ?? `that goes with Kubernetes ${release.minor}`}`;
      const hint = `known are ${knownVersions(companion.component, arch).join(', ')}`;
      return [finding(resolved, 'B405', path, message, { hint })];
    }
    if (written !== undefined || release[companion.revision] !== undefined) return [];
    // The upstream version pins it as well; only the revision of the package is left to the repository.
    if (release[companion.upstream] !== undefined) return [];
    const message = `the version of ${companion.package} that goes with Kubernetes ${minorOf(release.version)} is not known, so the newest in the repository is installed and held [kubernetes/release krel metadata, 2026-07]`;
    const hint = `set kubernetes.${companion.key} to pin it (apt-cache madison ${companion.package} lists versions)`;
    return [finding(resolved, 'B503', path, message, { hint, severity: 'warning' })];
  });
};
