import type { Path } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/source.ts';

/** Roles that machines of a cluster have. A standalone machine is a master that takes pods. */
export type ClusterRole = 'master' | 'worker' | 'haproxy';

/**
 * Who the machines are together: a whole cluster file, defaults filled. Addresses are in their canonical text form
 * (RFC 5952 for IPv6), networks as `address/prefix`.
 */
export interface Cluster {
  readonly name: string;
  /** Reference of the profile that machines of a role are made from: one of ours, or a file. */
  readonly profiles: Readonly<Record<ClusterRole, string>>;
  /** What every machine and every kubeconfig calls the API by. */
  readonly endpoint: Endpoint;
  readonly virtualIp?: VirtualIp;
  /** What spreads connections over the masters where there are haproxy machines. */
  readonly balancer: Balancer;
  readonly networks: Networks;
  readonly discovery: Discovery;
  /** Machines that have names, in the order of the file. The first master of it is the one that may initialise. */
  readonly nodes: readonly ClusterNode[];
  /** Machines that nobody names: how many of a role. Their names come from the platform. */
  readonly counts: Readonly<Partial<Record<ClusterRole, number>>>;
  /** Entries for /etc/hosts of every machine, beyond endpoint and named nodes. */
  readonly hosts: readonly { readonly address: string; readonly names: readonly string[] }[];
  readonly dns: { readonly servers: readonly string[]; readonly search: readonly string[] };
  /** Empty: what the profile says. */
  readonly ntp: readonly string[];
  readonly proxy?: Proxy;
  readonly addons: readonly Addon[];
  readonly kubeadm: Kubeadm;
  /** Who gets an administrator's kubeconfig on masters, beside root. */
  readonly kubeconfigUsers: readonly string[];
}

export interface Endpoint {
  /** DNS name or address. */
  readonly host: string;
  readonly port: number;
}

/** The address that follows whichever balancer (or master, with kube-vip) is alive. */
export interface VirtualIp {
  readonly address: string;
  /** Of the network that the address lies in; 32 or 128 for a host route. */
  readonly prefix: number;
  /** Undefined: the interface that has the default route. */
  readonly interface?: string;
  /** VRRP's virtual router id, 1 to 255 (RFC 5798); differs between clusters of one network. */
  readonly routerId: number;
  /** Whether VRRP speaks to a multicast group or to each peer by address. */
  readonly mode: 'multicast' | 'unicast';
  /** A machine that comes back leaves the address where it is. */
  readonly nopreempt: boolean;
  /** keepalived on haproxy machines, or kube-vip on masters of a cluster without them. */
  readonly by: 'keepalived' | 'kube-vip';
  /** kube-vip's image, where it is used. */
  readonly image?: string;
}

export interface Balancer {
  readonly engine: 'haproxy' | 'nginx';
  /** Port of the API on masters. */
  readonly apiPort: number;
  /** Statistics page; undefined: none. Its password is in the secrets file. */
  readonly stats?: { readonly port: number; readonly address: string };
}

export interface Networks {
  /** One IPv4 or IPv6 network, or one of each: IPv4 first unless the file says otherwise. */
  readonly pods: readonly string[];
  readonly services: readonly string[];
  /** Of Services: `cluster.local`. */
  readonly dnsDomain: string;
}

/** How machines learn whether to start the cluster or to join it. `registry` comes later (docs/cluster.md). */
export interface Discovery {
  readonly kind: 'static';
  /** How long the first master may initialise after the secrets were made, and how long the join token lives; seconds. */
  readonly initWindow: number;
  readonly tokenTtl: number;
}

export interface ClusterNode {
  /** Host name and node name. */
  readonly name: string;
  readonly role: ClusterRole;
  /** Where the cluster reaches it; undefined where DHCP decides. Masters and balancers have one. */
  readonly address?: string;
  /** The interface of that address, where the machine has several. */
  readonly interface?: string;
  /** Lower case, with colons. */
  readonly mac?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Undefined: the role's own (control-plane:NoSchedule on masters). */
  readonly taints?: readonly Taint[];
  /** Undefined: DHCP, nothing is written. */
  readonly network?: StaticNetwork;
}

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

/** Becomes network-config version 2 (netplan's form, cloud-init's documentation). */
export interface StaticNetwork {
  /** With prefix: `10.0.0.11/24`. */
  readonly addresses: readonly string[];
  readonly gateway?: string;
  /** Empty: the cluster's. */
  readonly nameservers: readonly string[];
}

export interface Proxy {
  readonly http?: string;
  readonly https?: string;
  /** Name of its user and password in the secrets file. */
  readonly credentials?: string;
  /** What the person wrote; the cluster's own networks, names and addresses come on top (`noProxyOf`). */
  readonly noProxy: readonly string[];
}

/** Something that the initialiser applies once, in order. */
export interface Addon {
  readonly name: string;
  /** `manifest`: kubectl apply. `tool`: a program for masters. */
  readonly kind: 'manifest' | 'tool';
  /** Of programs that are fetched from where they are published. */
  readonly version?: string;
  readonly from:
    | { readonly url: string; readonly sha256: string }
    /** Text of a file beside the cluster file. */
    | { readonly text: string; readonly file: string };
  /** Texts in the manifest that are replaced, so that its pod network agrees with ours. */
  readonly replace: readonly { readonly find: string; readonly with: string }[];
}

/** What is passed on to kubeadm. */
export interface Kubeadm {
  readonly certSANs: readonly string[];
  readonly proxyMode?: 'iptables' | 'ipvs' | 'nftables';
  readonly extraArgs: Readonly<
    Record<
      'apiServer' | 'controllerManager' | 'scheduler' | 'etcd' | 'kubelet',
      Readonly<Record<string, string>>
    >
  >;
  readonly featureGates: Readonly<Record<string, boolean>>;
  /** Merged over what we write into KubeletConfiguration and KubeProxyConfiguration. */
  readonly kubelet: Readonly<Record<string, unknown>>;
  readonly kubeProxy: Readonly<Record<string, unknown>>;
  /** Texts by file name, `kube-apiserver0+merge.yaml`. */
  readonly patches: Readonly<Record<string, string>>;
  /** An audit policy (text); undefined: no audit log. */
  readonly auditPolicy?: string;
  /** Secrets of the API are encrypted at rest; the key is in the secrets file. */
  readonly encryptSecrets: boolean;
  readonly externalEtcd?: {
    readonly endpoints: readonly string[];
    /** `3.5.21`, where the person says it: newer kubeadms need a newer etcd. */
    readonly version?: string;
    /** PEM texts; the key of the client is in the secrets file. */
    readonly ca: string;
    readonly certificate: string;
  };
}

/** A cluster with the means to point into what the person wrote. */
export interface ResolvedCluster {
  readonly cluster: Cluster;
  /** Span of the deepest node on `path` that was written; for a default, of the file's first key. */
  readonly spanOf: (path: Path, part?: 'key' | 'value') => Span;
  readonly isWritten: (path: Path) => boolean;
}
