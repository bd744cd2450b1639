import { OPERATING_SYSTEMS } from '../catalog/operating-systems.ts';
import { roleSysctls } from '../catalog/modules.ts';
import type { ResolvedProfile } from '../profile/profile.ts';
import { inLayer, rootFile, type Draft } from './draft.ts';
import { sysctlValues } from './kubernetes.ts';

const draft = inLayer('runtime');

/** What each engine is made of; nginx passes TCP through by a module of its own (Debian and Ubuntu, libnginx-mod-stream). */
const PARTS = {
  haproxy: { packages: ['haproxy'], units: ['haproxy'] },
  nginx: { packages: ['nginx', 'libnginx-mod-stream'], units: ['nginx'] },
} as const;

/** keepalived runs its checks as this user where there is one (keepalived.conf(5), script_user); it can do nothing else. */
const SYSUSERS = '/usr/lib/sysusers.d/bake-keepalived.conf';
const scriptUser = draft(
  ['balancer', 'keepalived'],
  rootFile(SYSUSERS, '# Written by bake.\nu keepalived_script - "keepalived checks" /nonexistent\n'),
);
const makeScriptUser = draft(['balancer', 'keepalived'], {
  kind: 'command',
  input: {
    name: 'make the user that runs the checks of keepalived',
    run: `systemd-sysusers ${SYSUSERS}`,
    unless: 'getent passwd keepalived_script',
  },
});

/** Debian's unit makes the folder of the control socket; the Red Hat family's has its socket elsewhere (haproxy.service of both). */
const socketFolder = draft(['balancer'], {
  kind: 'unit',
  input: {
    unit: 'haproxy.service',
    dropIn: '20-bake.conf',
    content: '# Written by bake.\n[Service]\nRuntimeDirectory=haproxy\n',
  },
});

/**
 * haproxy or nginx, and keepalived, installed but not started: what they balance is known to a cluster only, and comes at
 * first boot.
 */
export function planBalancer({ profile }: ResolvedProfile): Draft[] {
  const { balancer, system, os } = profile;
  if (!balancer) return [];
  const { packages, units } = PARTS[balancer.engine];
  const parts = [...(balancer.keepalived ? ['keepalived'] : [])];
  const { packageManager } = OPERATING_SYSTEMS[os];
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
      input: { purpose: 'the balancer', packages: [...packages, ...parts].map((name) => ({ name })) },
    }),
    ...(balancer.keepalived ? [scriptUser, makeScriptUser] : []),
    ...(packageManager === 'dnf' ? [socketFolder] : []),
    ...[...units, ...parts].map((name) =>
      draft(['balancer'], {
        kind: 'service',
        input: { unit: `${name}.service`, state: 'disabled' as const, active: false },
      }),
    ),
  ];
}
