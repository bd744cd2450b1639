import type { KubeadmApi } from '../catalog/kubeadm.ts';
import type { Cluster, ClusterNode } from '../cluster/cluster.ts';
import type { SecretText } from '../secrets/secret-text.ts';

/** The machine's container runtime, as its profile has it. */
export interface RuntimeFacts {
  readonly engine: 'containerd' | 'docker';
  /** With or without `unix://`; the dockershim's has none. */
  readonly criSocket: string;
  readonly cgroupDriver: 'systemd' | 'cgroupfs';
  /** `10MiB`, and how many of them: what the profile says of container logs. */
  readonly logMaxSize: string;
  readonly logMaxFiles: number;
}

/** All that kubeadm's files of one machine are made from. */
export interface KubeadmInput {
  readonly cluster: Cluster;
  /** Exact: `1.35.8`. */
  readonly version: string;
  readonly role: 'master' | 'worker';
  /** Whether this machine may start the cluster: then it has init.yaml too. */
  readonly initialiser: boolean;
  /** Absent for machines that nobody names: name and addresses are then found by kubeadm. */
  readonly node?: ClusterNode;
  readonly runtime: RuntimeFacts;
  /** Without a slash at its end: `registry.k8s.io`. */
  readonly imageRepository: string;
  /** Where CoreDNS lies, where a mirror keeps the original's folders; undefined: beside the others in a mirror. */
  readonly dnsImageRepository?: string;
  /** The runtime's sandbox image. */
  readonly pauseImage: string;
  /** The cluster's, or else the profile's. */
  readonly proxyMode: 'iptables' | 'ipvs' | 'nftables';
  /** `sha256:` and the hash of the public key of the cluster's CA. */
  readonly caCertHash: string;
  readonly secrets: KubeadmSecrets;
  /** Seconds that the bootstrap token is good from init on. */
  readonly tokenTtl: number;
  /** Preflight checks that can't pass on this machine though it works: for rehearsals in containers. */
  readonly ignorePreflightErrors?: readonly string[];
  /** The kernel's control groups; 2 unless told otherwise. */
  readonly cgroups?: 1 | 2;
  /** The machine is a container and can't set what belongs to the host's kernel: for rehearsals. */
  readonly sharesKernel?: boolean;
  /** Seconds; for machines that are slow, such as emulated ones. */
  readonly timeouts?: Partial<Timeouts>;
  /** Another version of the configuration than the one that belongs to `version`. */
  readonly api?: KubeadmApi;
}

export interface KubeadmSecrets {
  /** `abcdef.0123456789abcdef`. */
  readonly bootstrapToken: SecretText;
  /** 32 bytes, base64; needed where Secrets are encrypted at rest. */
  readonly encryptionKey?: SecretText;
  /** PEM; needed where etcd is external. */
  readonly externalEtcdKey?: SecretText;
}

/** Seconds. */
export interface Timeouts {
  readonly controlPlane: number;
  readonly kubelet: number;
  readonly discovery: number;
  readonly tlsBootstrap: number;
}

/** kubeadm's own defaults (its v1beta4 reference), written down so that they stay. */
export const DEFAULT_TIMEOUTS: Timeouts = {
  controlPlane: 240,
  kubelet: 240,
  discovery: 300,
  tlsBootstrap: 300,
};

/** A file of root's that nobody else may read. */
export interface KubeadmFile {
  readonly path: string;
  readonly mode: '0600';
  readonly text: SecretText;
  /** Whether a value of the secrets file stands in it. */
  readonly secret: boolean;
}

export interface KubeadmFiles {
  /** Values of the secrets file stand in these texts: they belong into user-data only. */
  readonly secret: true;
  readonly files: readonly KubeadmFile[];
  /** What only kubeadm's command line takes in this version, after `kubeadm init --config FILE`. */
  readonly initArgs: readonly string[];
  readonly joinArgs: readonly string[];
}

/** In memory: the first two hold the join token. */
export const INIT_FILE = '/run/bake/firstboot/kubeadm/init.yaml';
export const JOIN_FILE = '/run/bake/firstboot/kubeadm/join.yaml';
export const ADMINISTRATOR_FILE = '/run/bake/firstboot/kubeadm/administrator.yaml';
export const PATCHES_FOLDER = '/etc/bake/kubeadm/patches';
/** Below /etc/kubernetes, where a person looks for what the API server reads. */
export const AUDIT_POLICY_FILE = '/etc/kubernetes/audit/policy.yaml';
export const AUDIT_LOG_FOLDER = '/var/log/kubernetes/audit';
export const ENCRYPTION_FILE = '/etc/kubernetes/encryption/config.yaml';
/** In kubeadm's folder of certificates, which every static pod that needs them sees. */
export const EXTERNAL_ETCD_FOLDER = '/etc/kubernetes/pki/external-etcd';
