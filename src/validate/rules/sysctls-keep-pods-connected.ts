import { finding, type Rule } from './rule.ts';

/** Theirs win over ours, so these three could cut off the pods. */
const NEEDED: readonly string[] = [
  'net.ipv4.ip_forward',
  'net.bridge.bridge-nf-call-iptables',
  'net.bridge.bridge-nf-call-ip6tables',
];

/** keepalived's other machine: haproxy must be able to listen on the virtual address before it is there. */
export const haproxyCanListen: Rule = (resolved) => {
  const key = 'net.ipv4.ip_nonlocal_bind';
  const value = resolved.profile.system.sysctl[key];
  if (resolved.profile.role !== 'haproxy' || value === undefined || String(value).trim() === '1') return [];
  const message = `${key} must be 1: haproxy listens on the virtual address also where keepalived has it not yet [kernel ip-sysctl, 2026]`;
  return [finding(resolved, 'B501', ['system', 'sysctl', key], message)];
};

export const sysctlsKeepPodsConnected: Rule = (resolved) => {
  if (!resolved.profile.kubernetes) return [];
  return Object.entries(resolved.profile.system.sysctl).flatMap(([key, value]) => {
    if (!NEEDED.includes(key) || String(value).trim() === '1') return [];
    return [
      finding(
        resolved,
        'B501',
        ['system', 'sysctl', key],
        `${key} must be 1 on a machine that runs pods [kubernetes.io container-runtimes, 2026]`,
      ),
    ];
  });
};
