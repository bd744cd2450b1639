import { containerdCriApis, containerdStanding, recommendedContainerd } from '../../catalog/containerd.ts';
import { kubernetesRelease, type KubernetesRelease } from '../../catalog/kubernetes.ts';
import { OPERATING_SYSTEMS } from '../../catalog/operating-systems.ts';
import { containerdVersion } from '../../catalog/runtime.ts';
import { minorOf } from '../../catalog/version.ts';
import type { Path } from '../../diagnostics/diagnostic.ts';
import type { ResolvedProfile, Runtime } from '../../profile/profile.ts';
import { finding, usersOwn, type Rule } from './rule.ts';

interface Pair {
  readonly runtime: Runtime;
  readonly release: KubernetesRelease;
  readonly containerd: string;
}

function pairOf({ profile: { os, kubernetes, runtime } }: ResolvedProfile): Pair | undefined {
  const release = kubernetes && kubernetesRelease(kubernetes.version);
  if (!release || runtime?.engine !== 'containerd') return undefined;
  const containerd = containerdVersion(OPERATING_SYSTEMS[os], runtime);
  return containerd === undefined ? undefined : { runtime, release, containerd };
}

const whose = ({ runtime, containerd }: Pair, resolved: ResolvedProfile): string =>
  runtime.source === 'distribution'
    ? `containerd ${containerd} of ${OPERATING_SYSTEMS[resolved.profile.os].title}`
    : `containerd ${containerd}`;

const pathOf = (resolved: ResolvedProfile): Path =>
  usersOwn(resolved, ['runtime', 'version'], ['runtime', 'source'], ['kubernetes', 'version'], ['os']);

/** Kubelet and containerd must share a version of the container runtime interface. */
export const containerdSpeaksTheKubeletsCri: Rule = (resolved) => {
  const pair = pairOf(resolved);
  if (!pair) return [];
  const served = containerdCriApis(pair.containerd);
  const { criApi, minor } = pair.release;
  if (criApi.some((api) => served.includes(api))) return [];
  const message = `${whose(pair, resolved)} serves CRI ${served.join(', ')} and Kubernetes ${minor} speaks ${criApi.join(', ')} only [containerd release notes 1.6 and 2.0, Kubernetes 1.26]`;
  const wanted = criApi.includes('v1') ? '1.6 or newer' : '1.x';
  return [finding(resolved, 'B501', pathOf(resolved), message, { hint: `choose a containerd ${wanted}` })];
};

/**
 * Outside of what containerd's makers test. Distributions carry fixes into old patches, so of their packages only the
 * branch counts.
 */
export const containerdIsRecommended: Rule = (resolved) => {
  const pair = pairOf(resolved);
  if (!pair) return [];
  const { runtime, release, containerd } = pair;
  const standing = containerdStanding(containerd, release.minor);
  if (standing === 'recommended' || (standing === 'old-patch' && runtime.source === 'distribution'))
    return [];
  const wanted = recommendedContainerd(release.minor);
  const message = `${whose(pair, resolved)} is not among those recommended for Kubernetes ${minorOf(release.version)}: ${wanted.join(', ')} [containerd RELEASES.md, 2026-08]`;
  const hint =
    runtime.source === 'distribution' ? 'runtime.source docker or upstream brings a newer one' : undefined;
  return [finding(resolved, 'B503', pathOf(resolved), message, hint === undefined ? {} : { hint })];
};
