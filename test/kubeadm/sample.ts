import type { Cluster, ClusterNode, Kubeadm } from '../../src/cluster/cluster.ts';
import type { KubeadmInput } from '../../src/kubeadm/input.ts';

export const SECRETS = {
  bootstrapToken: 'abcdef.0123456789abcdef',
  encryptionKey: 'c2FtcGxlLWtleS1vZi10aGUtdGVzdHMtMzItYnl0ZXM=',
  externalEtcdKey:
    '-----BEGIN PRIVATE KEY-----\nsample of the tests, no key at all\n-----END PRIVATE KEY-----\n',
};

export const CA_CERT_HASH = `sha256:${'0123456789abcdef'.repeat(4)}`;

const node = (name: string, role: ClusterNode['role'], address: string): ClusterNode => ({
  name,
  role,
  address,
  labels: {},
});

export const KUBEADM: Kubeadm = {
  certSANs: ['kubernetes.example.com'],
  extraArgs: {
    apiServer: { profiling: 'false', 'event-ttl': '3h' },
    controllerManager: { 'bind-address': '0.0.0.0', profiling: 'false' },
    scheduler: {},
    etcd: { 'quota-backend-bytes': '8589934592' },
    kubelet: { 'max-pods': '150' },
  },
  featureGates: {},
  kubelet: { evictionHard: { 'memory.available': '200Mi' }, serializeImagePulls: false },
  kubeProxy: { conntrack: { maxPerCore: 65536 } },
  patches: {},
  encryptSecrets: false,
};

/** Three masters, two workers, two balancers with a virtual IP: what most guides build by hand. */
export function cluster(part: Partial<Cluster> = {}, kubeadm: Partial<Kubeadm> = {}): Cluster {
  return {
    name: 'demo',
    profiles: { master: 'master', worker: 'worker', haproxy: 'haproxy' },
    endpoint: { host: 'kubeapi.example.com', port: 6443 },
    virtualIp: {
      address: '10.0.0.10',
      prefix: 24,
      routerId: 51,
      mode: 'unicast',
      nopreempt: false,
      by: 'keepalived',
    },
    balancer: { engine: 'haproxy', apiPort: 6443 },
    networks: { pods: ['10.244.0.0/16'], services: ['10.96.0.0/12'], dnsDomain: 'cluster.local' },
    discovery: { kind: 'static', initWindow: 3600, tokenTtl: 604_800 },
    nodes: [
      node('lb1', 'haproxy', '10.0.0.11'),
      node('lb2', 'haproxy', '10.0.0.12'),
      node('cp1', 'master', '10.0.0.21'),
      node('cp2', 'master', '10.0.0.22'),
      node('cp3', 'master', '10.0.0.23'),
      {
        ...node('w1', 'worker', '10.0.0.31'),
        labels: {
          'topology.kubernetes.io/zone': 'rack-1',
          'node-role.kubernetes.io/worker': '',
          'example.com/disk': 'ssd',
        },
      },
      {
        ...node('w2', 'worker', '10.0.0.32'),
        taints: [{ key: 'example.com/gpu', value: 'yes', effect: 'NoSchedule' }],
      },
    ],
    counts: {},
    hosts: [],
    dns: { servers: [], search: [] },
    ntp: [],
    addons: [],
    kubeconfigUsers: [],
    ...part,
    kubeadm: { ...KUBEADM, ...kubeadm },
  };
}

/** Kubeadm's files for a named node of a cluster, or for a worker without a name. */
export function input(
  version: string,
  name: string | undefined,
  part: Partial<KubeadmInput> = {},
): KubeadmInput {
  const whole = part.cluster ?? cluster();
  const found = whole.nodes.find((candidate) => candidate.name === name);
  if (name !== undefined && !found) throw new Error(`the sample has no node ${name}`);
  return {
    cluster: whole,
    version,
    role: found?.role === 'master' ? 'master' : 'worker',
    initialiser: found !== undefined && found === whole.nodes.find(({ role }) => role === 'master'),
    ...(found ? { node: found } : {}),
    runtime: {
      engine: 'containerd',
      criSocket: 'unix:///run/containerd/containerd.sock',
      cgroupDriver: 'systemd',
      logMaxSize: '10MiB',
      logMaxFiles: 5,
    },
    imageRepository: 'registry.k8s.io',
    pauseImage: 'registry.k8s.io/pause:3.10.1',
    proxyMode: 'iptables',
    caCertHash: CA_CERT_HASH,
    secrets: SECRETS,
    tokenTtl: 604_800,
    ...part,
  };
}
