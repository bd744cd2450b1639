import { OPERATING_SYSTEMS } from '../../catalog/operating-systems.ts';
import { isBelow } from '../../catalog/version.ts';
import { finding, usersOwn, type Rule } from './rule.ts';

/** Two managers of one cgroup tree disagree under pressure; all our operating systems run systemd. */
export const cgroupDriverIsSystemd: Rule = (resolved) => {
  if (resolved.profile.runtime?.cgroupDriver !== 'cgroupfs') return [];
  const message =
    'systemd manages the cgroups of this machine, and cgroupfs would be a second manager beside it [kubernetes.io container-runtimes, 2026]';
  return [finding(resolved, 'B503', ['runtime', 'cgroupDriver'], message, { hint: 'use systemd' })];
};

export const kubernetesKnowsCgroup2: Rule = (resolved) => {
  const { kubernetes, os } = resolved.profile;
  if (!kubernetes || !isBelow(kubernetes.version, '1.25')) return [];
  const message = `${OPERATING_SYSTEMS[os].title} boots with cgroup v2, which is stable from Kubernetes 1.25 on [KEP-2254, 2026-07]`;
  return [finding(resolved, 'B503', usersOwn(resolved, ['kubernetes', 'version'], ['os']), message)];
};
