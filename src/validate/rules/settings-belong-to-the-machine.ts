import type { Path } from '../../diagnostics/diagnostic.ts';
import { finding, isUsers, type Rule } from './rule.ts';

/**
 * Settings of something that the machine does not have. What our own profiles say for all roles is no mistake of the
 * person's, so only what they wrote counts.
 */
export const settingsBelongToRole: Rule = (resolved) => {
  const { role } = resolved.profile;
  const foreign: Path[] =
    role === 'haproxy' ? [['kubernetes'], ['runtime'], ['system', 'firewall', 'cni']] : [['balancer']];
  return foreign
    .filter((path) => isUsers(resolved, path))
    .map((path) =>
      finding(resolved, 'B403', path, `${path.join('.')} means nothing to a machine of role ${role}`, {
        at: 'key',
        hint: 'delete it',
      }),
    );
};

export const criDockerdBelongsToDocker: Rule = (resolved) => {
  const { runtime } = resolved.profile;
  if (runtime?.engine !== 'containerd' || !isUsers(resolved, ['runtime', 'criDockerd'])) return [];
  const message =
    'runtime.criDockerd means nothing to engine containerd, which the kubelet speaks to directly';
  return [
    finding(resolved, 'B403', ['runtime', 'criDockerd'], message, {
      at: 'key',
      hint: 'delete it, or set runtime.engine to docker',
    }),
  ];
};

export const firewallRulesNeedAFirewall: Rule = (resolved) => {
  const path = ['system', 'firewall', 'allow'];
  const { engine, allow } = resolved.profile.system.firewall;
  if (engine !== 'off' || allow.length === 0 || !isUsers(resolved, path)) return [];
  return [
    finding(
      resolved,
      'B403',
      path,
      'system.firewall.allow means nothing while system.firewall.engine is off',
      { at: 'key' },
    ),
  ];
};

export const ntpServersNeedNtp: Rule = (resolved) => {
  const { enabled, servers, pools } = resolved.profile.system.ntp;
  if (enabled) return [];
  return Object.entries({ servers, pools })
    .filter(([key, list]) => list.length > 0 && isUsers(resolved, ['system', 'ntp', key]))
    .map(([key]) =>
      finding(
        resolved,
        'B403',
        ['system', 'ntp', key],
        `system.ntp.${key} means nothing while system.ntp.enabled is false`,
        { at: 'key' },
      ),
    );
};
