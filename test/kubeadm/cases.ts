import { KUBERNETES_MINORS } from '../../src/catalog/kubernetes-minors.ts';
import { defaultPauseImage } from '../../src/catalog/kubernetes.ts';
import type { Cluster, ClusterNode } from '../../src/cluster/cluster.ts';
import type { KubeadmInput } from '../../src/kubeadm/input.ts';
import { cluster, input } from './sample.ts';

/** One machine of one golden case. */
export interface Case {
  /** Folder below cases/. */
  readonly name: string;
  readonly input: KubeadmInput;
}

/** Last known patch of every minor: `1.17.17` ... */
export const VERSIONS = KUBERNETES_MINORS.map(({ minor, lastPatch }) => `${minor}.${lastPatch}`);

const pause = (version: string): string => defaultPauseImage(version, 'registry.k8s.io') ?? 'none';

const everyMinor: Case[] = VERSIONS.flatMap((version) =>
  ['cp1', 'cp2', 'w1'].map((name) => ({
    name: `${version}/${name}`,
    input: input(version, name, { pauseImage: pause(version) }),
  })),
);

/** The cluster with two families of addresses, on every node. */
const dualStack = (): Cluster => {
  const one = cluster();
  return cluster({
    networks: {
      ...one.networks,
      pods: ['10.244.0.0/16', 'fd00:10:244::/56'],
      services: ['10.96.0.0/16', 'fd00:10:96::/112'],
    },
    nodes: one.nodes.map((node, i): ClusterNode => ({
      ...node,
      network: { addresses: [`${node.address}/24`, `fd00::${i + 1}/64`], nameservers: [] },
    })),
  });
};

const ipv6 = (): Cluster =>
  cluster({
    endpoint: { host: 'fd00::10', port: 8443 },
    virtualIp: {
      address: 'fd00::10',
      prefix: 64,
      routerId: 51,
      mode: 'unicast',
      nopreempt: false,
      by: 'kube-vip',
    },
    networks: { pods: ['fd00:10:244::/56'], services: ['fd00:10:96::/112'], dnsDomain: 'k8s.example.com' },
    nodes: [{ name: 'cp1', role: 'master', address: 'fd00::21', labels: {} }],
  });

const AUDIT_POLICY = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n  - level: Metadata\n';
const audited = (): Cluster => cluster({}, { auditPolicy: AUDIT_POLICY, encryptSecrets: true });

const externalEtcd = (): Cluster =>
  cluster(
    {},
    {
      externalEtcd: {
        endpoints: ['https://10.0.0.41:2379', 'https://10.0.0.42:2379'],
        ca: '-----BEGIN CERTIFICATE-----\nsample ca\n-----END CERTIFICATE-----\n',
        certificate: '-----BEGIN CERTIFICATE-----\nsample client\n-----END CERTIFICATE-----\n',
      },
    },
  );

const patched = (): Cluster =>
  cluster(
    {},
    {
      patches: {
        'kube-apiserver0+merge.yaml': 'spec:\n  priority: 1\n',
        'kubeletconfiguration+strategic.yaml': 'maxPods: 99\n',
        'kubeproxydaemonset.yaml': 'spec:\n  minReadySeconds: 1\n',
      },
    },
  );

/** One machine that is a whole cluster. */
const alone = (): Cluster => {
  const one = cluster();
  const nodes = one.nodes
    .filter(({ name }) => name === 'cp1')
    .map((node): ClusterNode => ({ ...node, taints: [] }));
  return cluster({ nodes });
};

const unnamedMaster = (version: string): KubeadmInput => ({
  ...input(version, undefined),
  role: 'master',
  initialiser: false,
});

const runtime = input('1.35.9', 'w1').runtime;

const special: Case[] = [
  {
    name: 'docker-1.35/cp1',
    input: input('1.35.9', 'cp1', {
      runtime: {
        ...runtime,
        engine: 'docker',
        criSocket: 'unix:///run/cri-dockerd.sock',
        logMaxSize: '100MiB',
        logMaxFiles: 3,
      },
    }),
  },
  {
    name: 'dockershim-1.23/w1',
    input: input('1.23.17', 'w1', {
      runtime: {
        ...runtime,
        engine: 'docker',
        criSocket: '/var/run/dockershim.sock',
        cgroupDriver: 'cgroupfs',
      },
    }),
  },
  {
    name: 'bare-socket-1.24/w1',
    input: input('1.24.17', 'w1', {
      runtime: { ...runtime, criSocket: '/run/containerd/containerd.sock' },
    }),
  },
  ...['1.18.20', '1.20.15', '1.21.14', '1.36.5'].map((version) => ({
    name: `dual-stack-${version}/cp1`,
    input: input(version, 'cp1', { cluster: dualStack() }),
  })),
  { name: 'ipv6-kube-vip-ipvs/cp1', input: input('1.34.11', 'cp1', { cluster: ipv6(), proxyMode: 'ipvs' }) },
  ...['1.20.15', '1.37.1'].flatMap((version) => [
    { name: `external-etcd-${version}/cp1`, input: input(version, 'cp1', { cluster: externalEtcd() }) },
    { name: `audit-encryption-${version}/cp1`, input: input(version, 'cp1', { cluster: audited() }) },
    { name: `audit-encryption-${version}/cp2`, input: input(version, 'cp2', { cluster: audited() }) },
    { name: `audit-encryption-${version}/w1`, input: input(version, 'w1', { cluster: audited() }) },
  ]),
  { name: 'unnamed-1.35/worker', input: input('1.35.9', undefined) },
  { name: 'unnamed-1.35/master', input: unnamedMaster('1.35.9') },
  { name: 'tainted-worker-1.35/w2', input: input('1.35.9', 'w2') },
  { name: 'alone-1.35/cp1', input: input('1.35.9', 'cp1', { cluster: alone() }) },
  ...['1.18.20', '1.20.15', '1.24.17', '1.37.1'].flatMap((version) =>
    ['cp1', 'w1'].map((name) => ({
      name: `patches-${version}/${name}`,
      input: input(version, name, { cluster: patched() }),
    })),
  ),
  ...(['iptables', 'ipvs', 'nftables'] as const).flatMap((proxyMode) =>
    ['1.30.14', '1.33.13'].map((version) => ({
      name: `${proxyMode}-${version}/cp1`,
      input: input(version, 'cp1', { proxyMode }),
    })),
  ),
  {
    name: 'mirror-1.30/cp1',
    input: input('1.30.14', 'cp1', {
      imageRepository: 'registry.aliyuncs.com/google_containers',
      pauseImage: 'registry.aliyuncs.com/google_containers/pause:3.9',
    }),
  },
  {
    name: 'mirror-with-folders-1.30/cp1',
    input: input('1.30.14', 'cp1', {
      imageRepository: 'harbor.example.com/k8s',
      dnsImageRepository: 'harbor.example.com/k8s/coredns',
      pauseImage: 'harbor.example.com/pause:3.9',
    }),
  },
  {
    name: 'rehearsal-cgroups-1-1.36/cp1',
    input: input('1.36.5', 'cp1', {
      cgroups: 1,
      ignorePreflightErrors: ['Swap'],
      timeouts: { controlPlane: 900, discovery: 3661 },
    }),
  },
  {
    name: 'v1beta1-1.17/cp1',
    input: input('1.17.17', 'cp1', { api: 'v1beta1', ignorePreflightErrors: ['Swap', 'NumCPU'] }),
  },
  {
    name: 'own-gates-1.34/cp1',
    input: input('1.34.11', 'cp1', {
      cluster: cluster({}, { featureGates: { NodeLocalCRISocket: true, RootlessControlPlane: false } }),
    }),
  },
];

export const CASES: readonly Case[] = [...everyMinor, ...special];
