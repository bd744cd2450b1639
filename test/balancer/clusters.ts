import { readBalancerPieces } from '../../src/adapters/files.ts';
import type { Balancer, Cluster, ClusterNode, ClusterRole, VirtualIp } from '../../src/cluster/cluster.ts';

export const pieces = readBalancerPieces();

export function node(
  name: string,
  role: ClusterRole,
  address: string,
  more: Partial<ClusterNode> = {},
): ClusterNode {
  return { name, role, address, labels: {}, ...more };
}

/** What a test says of a cluster; the rest is what a small cluster file leaves to its defaults. */
export interface Said {
  readonly name?: string;
  readonly endpoint?: Partial<Cluster['endpoint']>;
  readonly virtualIp?: Partial<VirtualIp> | false;
  readonly balancer?: Partial<Balancer>;
  readonly nodes: readonly ClusterNode[];
}

export function clusterOf({ name = 'prod', endpoint, virtualIp = {}, balancer, nodes }: Said): Cluster {
  return {
    name,
    profiles: { master: 'master', worker: 'worker', haproxy: 'haproxy' },
    endpoint: { host: 'kubeapi.example.com', port: 6443, ...endpoint },
    ...(virtualIp
      ? {
          virtualIp: {
            address: '10.0.0.10',
            prefix: 24,
            routerId: 51,
            mode: 'unicast',
            nopreempt: true,
            by: 'keepalived',
            ...virtualIp,
          },
        }
      : {}),
    balancer: { engine: 'haproxy', apiPort: 6443, stats: { port: 8404, address: '127.0.0.1' }, ...balancer },
    networks: { pods: ['10.244.0.0/16'], services: ['10.96.0.0/12'], dnsDomain: 'cluster.local' },
    discovery: { kind: 'static', initWindow: 3600, tokenTtl: 86400 },
    nodes,
    counts: {},
    hosts: [],
    dns: { servers: [], search: [] },
    ntp: [],
    addons: [],
    kubeadm: {
      certSANs: [],
      extraArgs: { apiServer: {}, controllerManager: {}, scheduler: {}, etcd: {}, kubelet: {} },
      featureGates: {},
      kubelet: {},
      kubeProxy: {},
      patches: {},
      encryptSecrets: false,
    },
    kubeconfigUsers: [],
  };
}

/** Three masters, two balancers and a worker in 10.0.0.0/24. */
export const EIGHT: readonly ClusterNode[] = [
  node('ha1', 'haproxy', '10.0.0.21'),
  node('ha2', 'haproxy', '10.0.0.22'),
  ...[1, 2, 3].map((n) => node(`master${n}`, 'master', `10.0.0.1${n}`)),
  node('worker1', 'worker', '10.0.0.31'),
];

export const SECRETS = { vrrpPassword: 'vrrpPw12', statsPassword: 'statsPassword1234567' };

/** Not a certificate that anything would take: where a tool reads it, the test has a real one. */
export const CA = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

/** A cluster of the golden cases, and whether its CA is known. */
export interface BalancerCase {
  readonly cluster: Cluster;
  readonly hasCa: boolean;
  /** With kube-vip: the version of Kubernetes. */
  readonly kubernetes?: string;
}

const three = (prefix: string): ClusterNode[] =>
  [1, 2, 3].map((n) => node(`cp${n}`, 'master', `${prefix}1${n}`));

export const CASES: Readonly<Record<string, BalancerCase>> = {
  'eight-machines': { cluster: clusterOf({ nodes: EIGHT }), hasCa: true },
  'multicast-on-eth1-without-ca': {
    cluster: clusterOf({
      name: 'lab',
      endpoint: { port: 8443 },
      virtualIp: { mode: 'multicast', interface: 'eth1', nopreempt: false, prefix: 32, routerId: 255 },
      balancer: { stats: { port: 8402, address: '10.0.0.10' } },
      nodes: EIGHT,
    }),
    hasCa: false,
  },
  'ipv6-three-balancers': {
    cluster: clusterOf({
      virtualIp: { address: 'fd00::10', prefix: 64 },
      balancer: { stats: { port: 8404, address: '::1' } },
      nodes: [...[1, 2, 3].map((n) => node(`lb${n}`, 'haproxy', `fd00::2${n}`)), ...three('fd00::')],
    }),
    hasCa: true,
  },
  'ipv6-address-before-ipv4-machines': {
    cluster: clusterOf({ virtualIp: { address: 'fd00::10', prefix: 128 }, nodes: EIGHT }),
    hasCa: false,
  },
  nginx: {
    cluster: clusterOf({ balancer: { engine: 'nginx' }, nodes: EIGHT }),
    hasCa: true,
  },
  'kube-vip': {
    cluster: clusterOf({
      virtualIp: { by: 'kube-vip', image: 'ghcr.io/kube-vip/kube-vip:v1.2.3' },
      nodes: three('10.0.0.'),
    }),
    hasCa: false,
    kubernetes: '1.34.2',
  },
};
