import type { Role } from '../plan/plan.ts';
import { isBelow } from './version.ts';

export type ProxyMode = 'iptables' | 'ipvs' | 'nftables';

export interface KernelModule {
  readonly name: string;
  readonly reason: string;
}

export interface Sysctl {
  readonly key: string;
  readonly value: number;
  readonly reason: string;
}

/**
 * Modules to load at every start; one that a kernel lacks makes systemd-modules-load fail. Other schedulers of ipvs are loaded
 * by the kernel when they are asked for. `kernel` is a series such as `6.12`.
 * Source: kubernetes.io container-runtimes page, kube-proxy's README, kubespray (2026-08-21).
 */
export function kernelModules(role: Role, proxyMode: ProxyMode, kernel: string): readonly KernelModule[] {
  if (role === 'haproxy') return [];
  return [
    { name: 'overlay', reason: 'overlayfs snapshots of containers' },
    { name: 'br_netfilter', reason: 'bridged pod traffic passes netfilter' },
    // Until 4.19 IPv4 had a connection tracker of its own.
    {
      name: isBelow(kernel, '4.19') ? 'nf_conntrack_ipv4' : 'nf_conntrack',
      reason: 'connection tracking of kube-proxy',
    },
    ...PROXY_MODULES[proxyMode],
  ];
}

const PROXY_MODULES: Readonly<Record<ProxyMode, readonly KernelModule[]>> = {
  iptables: [],
  ipvs: [
    { name: 'ip_vs', reason: 'kube-proxy in ipvs mode' },
    { name: 'ip_vs_rr', reason: 'ipvs scheduler round robin, the default' },
    { name: 'ip_vs_wrr', reason: 'ipvs scheduler weighted round robin' },
    { name: 'ip_vs_sh', reason: 'ipvs scheduler source hash' },
  ],
  nftables: [{ name: 'nf_tables', reason: 'kube-proxy in nftables mode' }],
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
