import { roleSysctls } from '../catalog/modules.ts';
import type { ResolvedProfile } from '../profile/profile.ts';
import { inLayer, type Draft } from './draft.ts';
import { sysctlValues } from './kubernetes.ts';

const draft = inLayer('runtime');

/**
 * haproxy and keepalived, installed but not started: what they balance is known to a cluster only, and comes at
 * first boot.
 */
export function planBalancer({ profile }: ResolvedProfile): Draft[] {
  const { balancer, system } = profile;
  if (!balancer) return [];
  const units = balancer.keepalived ? ['haproxy', 'keepalived'] : ['haproxy'];
  return [
    ...(system.modules.length > 0
      ? [
          draft(['system', 'modules'], {
            kind: 'kernel-modules' as const,
            input: { modules: system.modules },
          }),
        ]
      : []),
    draft(['system', 'sysctl'], {
      kind: 'sysctl',
      input: { values: sysctlValues(roleSysctls(profile.role), system.sysctl) },
    }),
    draft(['balancer'], {
      kind: 'package',
      input: { purpose: 'the balancer', packages: units.map((name) => ({ name })) },
    }),
    ...units.map((name) =>
      draft(['balancer'], {
        kind: 'service',
        input: { unit: `${name}.service`, state: 'disabled' as const, active: false },
      }),
    ),
  ];
}
