import type { Role } from '../plan/plan.ts';
import { isBelow } from './version.ts';

export type ProxyMode = 'iptables' | 'ipvs' | 'nftables';

export interface KernelModule {
  readonly name: string;
  readonly reason: string;
  /** An optional module may be absent from a kernel, or built into it, without harm. */
  readonly required: boolean;
}

export interface Sysctl {
  readonly key: string;
  readonly value: number;
  readonly reason: string;
}

const required = (name: string, reason: string): KernelModule => ({ name, reason, required: true });
const optional = (name: string, reason: string): KernelModule => ({ name, reason, required: false });

/**
 * Modules to load at every start. `kernel` is a series such as `6.12`.
 * Source: kubernetes.io container-runtimes page, kube-proxy's README, kubespray (2026-08-21).
 */
export function kernelModules(role: Role, proxyMode: ProxyMode, kernel: string): readonly KernelModule[] {
  if (role === 'haproxy') return [];
  return [
    required('overlay', 'overlayfs snapshots of containers'),
    required('br_netfilter', 'bridged pod traffic passes netfilter'),
    // Until 4.19 IPv4 had a connection tracker of its own.
    required(
      isBelow(kernel, '4.19') ? 'nf_conntrack_ipv4' : 'nf_conntrack',
      'connection tracking of kube-proxy',
    ),
    ...PROXY_MODULES[proxyMode],
  ];
}

const PROXY_MODULES: Readonly<Record<ProxyMode, readonly KernelModule[]>> = {
  iptables: [],
  ipvs: [
    required('ip_vs', 'kube-proxy in ipvs mode'),
    required('ip_vs_rr', 'ipvs scheduler round robin, the default'),
    required('ip_vs_wrr', 'ipvs scheduler weighted round robin'),
    required('ip_vs_sh', 'ipvs scheduler source hash'),
    optional('ip_vs_lc', 'ipvs scheduler least connections'),
    optional('ip_vs_wlc', 'ipvs scheduler weighted least connections'),
  ],
  nftables: [required('nf_tables', 'kube-proxy in nftables mode')],
};

const KUBELET_EXPECTS = 'what the kubelet expects (protectKernelDefaults)';

/**
 * Kernel settings that a role needs. IPv6 forwarding is left out on purpose: it makes the kernel ignore router
 * advertisements, so only a dual-stack cluster, whose owner knows its routes, should set it.
 * Source: kubeadm preflight; kubelet's kernel defaults (kubernetes/component-helpers node/util/sysctl); kubespray (2026-08-21).
 */
export function roleSysctls(role: Role): readonly Sysctl[] {
  if (role === 'haproxy') {
    return [
      {
        key: 'net.ipv4.ip_nonlocal_bind',
        value: 1,
        reason: 'haproxy binds the virtual address also where keepalived does not hold it',
      },
    ];
  }
  return [
    { key: 'net.ipv4.ip_forward', value: 1, reason: 'pods reach other machines; kubeadm demands it' },
    {
      key: 'net.bridge.bridge-nf-call-iptables',
      value: 1,
      reason: 'kube-proxy and most networks filter bridged traffic',
    },
    {
      key: 'net.bridge.bridge-nf-call-ip6tables',
      value: 1,
      reason: 'kube-proxy and most networks filter bridged traffic',
    },
    { key: 'vm.overcommit_memory', value: 1, reason: KUBELET_EXPECTS },
    { key: 'vm.panic_on_oom', value: 0, reason: KUBELET_EXPECTS },
    { key: 'kernel.panic', value: 10, reason: KUBELET_EXPECTS },
    { key: 'kernel.panic_on_oops', value: 1, reason: KUBELET_EXPECTS },
    { key: 'kernel.keys.root_maxkeys', value: 1000000, reason: KUBELET_EXPECTS },
    { key: 'kernel.keys.root_maxbytes', value: 25000000, reason: KUBELET_EXPECTS },
    { key: 'fs.inotify.max_user_instances', value: 8192, reason: 'many pods and log tailers on one machine' },
    { key: 'fs.inotify.max_user_watches', value: 524288, reason: 'many pods and log tailers on one machine' },
  ];
}
