import type { Role } from '../plan/plan.ts';

/** Something that must be let in. */
export interface InboundPort {
  /** A port or a range `30000-32767`; absent for IP protocols that have none. */
  readonly port?: number | string;
  readonly protocol: 'tcp' | 'udp' | 'vrrp' | 'ipip';
  readonly purpose: string;
  /** `nodes`: only machines of the same cluster have business there. */
  readonly from: 'nodes' | 'anywhere';
}

/** Whether a port or range is a part of another: `holdsPorts('30000-32767', 30080)`. */
export function holdsPorts(outer: number | string, inner: number | string): boolean {
  const [low, high] = ends(outer);
  const [from, to] = ends(inner);
  return low <= from && to <= high;
}

function ends(port: number | string): [number, number] {
  const [from = 0, to = from] = String(port).split('-').map(Number);
  return [from, to];
}

export type Cni = 'flannel' | 'calico' | 'cilium';

const ssh: InboundPort = { port: 22, protocol: 'tcp', purpose: 'ssh', from: 'anywhere' };
const api: InboundPort = { port: 6443, protocol: 'tcp', purpose: 'Kubernetes API', from: 'anywhere' };
// metrics-server and the API server reach the kubelet from other nodes.
const kubelet: InboundPort = { port: 10250, protocol: 'tcp', purpose: 'kubelet', from: 'nodes' };

const controlPlane: readonly InboundPort[] = [
  api,
  { port: '2379-2380', protocol: 'tcp', purpose: 'etcd clients and peers', from: 'nodes' },
  kubelet,
  { port: 10257, protocol: 'tcp', purpose: 'kube-controller-manager', from: 'nodes' },
  { port: 10259, protocol: 'tcp', purpose: 'kube-scheduler', from: 'nodes' },
];

// Outside load balancers ask 10256 whether this node has endpoints.
const workloads: readonly InboundPort[] = [
  { port: 10256, protocol: 'tcp', purpose: 'kube-proxy health', from: 'anywhere' },
  { port: '30000-32767', protocol: 'tcp', purpose: 'NodePort services', from: 'anywhere' },
  { port: '30000-32767', protocol: 'udp', purpose: 'NodePort services', from: 'anywhere' },
];

/**
 * What each role lets in, ssh included. kube-proxy runs on masters as well, so NodePorts answer there too, but
 * only machines that carry workloads open them.
 * Source: kubernetes.io ports-and-protocols (2026 snapshot); keepalived speaks VRRP, IP protocol 112.
 */
export const ROLE_PORTS: Readonly<Record<Role, readonly InboundPort[]>> = {
  master: [ssh, ...controlPlane],
  worker: [ssh, kubelet, ...workloads],
  standalone: [ssh, ...controlPlane, ...workloads],
  haproxy: [ssh, api, { protocol: 'vrrp', purpose: 'keepalived', from: 'nodes' }],
};

/**
 * Who listens on every master at a port that nobody chooses, at all addresses or at loopback: the API server can't have it.
 * Source: kubernetes.io ports-and-protocols (2026 snapshot); what kubeadm passes to etcd (2381), defaults of KubeletConfiguration
 * (10248) and KubeProxyConfiguration (10249, 10256).
 */
export const MASTER_LISTENERS: readonly { readonly port: number | string; readonly who: string }[] = [
  { port: 22, who: 'sshd' },
  { port: '2379-2381', who: 'etcd' },
  { port: 10248, who: 'the kubelet' },
  { port: 10249, who: 'kube-proxy' },
  { port: 10250, who: 'the kubelet' },
  { port: 10256, who: 'kube-proxy' },
  { port: 10257, who: 'kube-controller-manager' },
  { port: 10259, who: 'kube-scheduler' },
];

const wireguard: InboundPort = { port: '51820-51821', protocol: 'udp', purpose: 'WireGuard', from: 'nodes' };

/** What each network lets in between nodes. Source: documentation of the projects (2026-08); geneve of Cilium not verified. */
export const CNI_PORTS: Readonly<Record<Cni, readonly InboundPort[]>> = {
  flannel: [
    { port: 8472, protocol: 'udp', purpose: 'flannel VXLAN', from: 'nodes' },
    { port: 8285, protocol: 'udp', purpose: 'flannel UDP', from: 'nodes' },
    wireguard,
  ],
  calico: [
    { port: 179, protocol: 'tcp', purpose: 'Calico BGP', from: 'nodes' },
    { port: 4789, protocol: 'udp', purpose: 'Calico VXLAN', from: 'nodes' },
    { protocol: 'ipip', purpose: 'Calico IP-in-IP', from: 'nodes' },
    { port: 5473, protocol: 'tcp', purpose: 'Calico Typha', from: 'nodes' },
    wireguard,
  ],
  cilium: [
    { port: 8472, protocol: 'udp', purpose: 'Cilium VXLAN', from: 'nodes' },
    { port: 6081, protocol: 'udp', purpose: 'Cilium Geneve', from: 'nodes' },
    { port: 4240, protocol: 'tcp', purpose: 'Cilium health', from: 'nodes' },
    { port: 4244, protocol: 'tcp', purpose: 'Hubble', from: 'nodes' },
  ],
};
