import { containerdSupportEnded } from '../../catalog/containerd.ts';
import { isOver } from '../../catalog/date.ts';
import { kubernetesRelease } from '../../catalog/kubernetes.ts';
import { OPERATING_SYSTEMS } from '../../catalog/operating-systems.ts';
import { containerdVersion } from '../../catalog/runtime.ts';
import { minorOf } from '../../catalog/version.ts';
import { finding, type Rule } from './rule.ts';

/** Without security fixes from its makers. */
export const kubernetesIsSupported: Rule = (resolved) => {
  const { kubernetes } = resolved.profile;
  const release = kubernetes && kubernetesRelease(kubernetes.version);
  if (!release || !isOver(release.supportEnds)) return [];
  const message = `Kubernetes ${release.minor} is out of support since ${release.supportEnds} [kubernetes.io patch releases, 2026-09]`;
  return [finding(resolved, 'B502', ['kubernetes', 'version'], message)];
};

/** A distribution supports its own package, whatever its makers say, so only the others are asked. */
export const containerdIsSupported: Rule = (resolved) => {
  const { os, kubernetes, runtime } = resolved.profile;
  if (!kubernetes || runtime?.engine !== 'containerd' || runtime.source === 'distribution') return [];
  const version = containerdVersion(OPERATING_SYSTEMS[os], runtime);
  if (version === undefined) return [];
  const ended = containerdSupportEnded(version, minorOf(kubernetes.version));
  if (ended === undefined) return [];
  const message = `containerd ${minorOf(version)} is out of support since ${ended} [containerd RELEASES.md, 2026-08]`;
  return [finding(resolved, 'B502', ['runtime', 'version'], message)];
};

/** The list of operating systems holds supported ones only today; the calendar moves with the catalog. */
export const operatingSystemIsSupported: Rule = (resolved) => {
  const { title, supportEnds } = OPERATING_SYSTEMS[resolved.profile.os];
  if (!isOver(supportEnds)) return [];
  return [
    finding(
      resolved,
      'B502',
      ['os'],
      `${title} is out of support since ${supportEnds} [distro-info-data 0.66]`,
    ),
  ];
};
