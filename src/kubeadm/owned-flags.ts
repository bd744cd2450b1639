import type { Cluster } from '../cluster/cluster.ts';
import { AUDIT_LOG_FOLDER } from './input.ts';
import { isForKubelet, kubeletLabels } from './node-labels.ts';

/** A setting that kubeadm or bake makes, and that must be what they make it: a person's value would replace theirs in silence. */
export interface Owned {
  /** What goes wrong with another value. */
  readonly because: string;
  /** What to do to get what such a value may have been meant for. */
  readonly instead: string;
}

interface OwnedFlag extends Owned {
  /** Names, without dashes; `x-*` is every one that begins with `x-`. */
  readonly flags: readonly string[];
  /** Whether a value does no harm; none does where this is absent. */
  readonly isFine?: (value: string, cluster: Cluster) => boolean;
}

type Component = keyof Cluster['kubeadm']['extraArgs'];

const DELETE = 'delete it';
const OF_THE_SECRETS =
  'delete it; `bake secrets import --pki DIR` takes authorities and keys that are there already';
const CERTIFICATES = 'delete it; the authorities that sign certificates are in the secrets file';
const NETWORKS = 'set networks.services';
const LEADER = {
  flags: ['leader-elect'],
  because: 'every master would act as the leader',
  instead: DELETE,
  isFine: (value: string, { nodes }: Cluster) =>
    value === 'true' || nodes.filter(({ role }) => role === 'master').length === 1,
};
const KUBECONFIGS = {
  flags: ['kubeconfig', 'authentication-kubeconfig', 'authorization-kubeconfig'],
  because: 'kubeadm makes its kubeconfig, with a certificate of this cluster',
  instead: DELETE,
};
const PROBED_PORT = {
  flags: ['secure-port'],
  because: 'its health is asked for at the usual port, and without an answer it is restarted for ever',
  instead: DELETE,
};
const isAnyAddress = (value: string): boolean => ['0.0.0.0', '::'].includes(value);
const includes =
  (...words: readonly string[]) =>
  (value: string): boolean =>
    words.every((word) => value.split(',').includes(word));

/**
 * By component. Sources: what kubeadm 1.17 to 1.37 passes (kubernetes/kubernetes, cmd/kubeadm/app/phases/controlplane/
 * manifests.go, phases/etcd/local.go, phases/kubelet/flags.go and its kubelet drop-in), and what src/kubeadm writes. Flags
 * that kubeadm sets and that people rightly set otherwise, such as etcd's listen-metrics-urls, are not here.
 */
const OWNED_FLAGS: Readonly<Record<Component, readonly OwnedFlag[]>> = {
  apiServer: [
    {
      flags: ['anonymous-auth'],
      because:
        'machines that join read cluster-info before they can log in, and the kubelet and the balancers ask /livez and /readyz without a login: no master would stay up and no machine join',
      instead:
        'delete it; RBAC lets nobody anonymous read more than that, and from 1.32 on authentication-config can say so path by path (anonymous.conditions)',
      isFine: (value) => value === 'true',
    },
    {
      flags: ['secure-port'],
      because: 'balancers, probes and kubeconfigs go to the port that the cluster file says',
      instead: 'set balancer.apiPort',
    },
    {
      flags: ['advertise-address'],
      because: 'it is the master’s own, and this would be the same on all',
      instead: 'set address of each master',
    },
    {
      flags: ['bind-address'],
      because: 'an address of one machine is not there on the others, and probes ask at the master’s own',
      instead:
        'delete it: the API server listens at all addresses; the profile’s firewall closes what is to be closed',
      isFine: isAnyAddress,
    },
    {
      flags: ['service-cluster-ip-range'],
      because: 'DNS, certificates and kubelets are told the networks of the cluster file',
      instead: NETWORKS,
    },
    {
      flags: ['etcd-servers', 'etcd-cafile', 'etcd-certfile', 'etcd-keyfile'],
      because: 'they belong to the etcd that the cluster file says',
      instead: 'set kubeadm.externalEtcd',
    },
    {
      flags: ['tls-cert-file', 'tls-private-key-file', 'client-ca-file', 'kubelet-client-certificate'],
      because: 'every machine believes the authorities of the secrets file only',
      instead: 'delete it; more names for the certificate go into kubeadm.certSANs',
    },
    {
      flags: ['kubelet-client-key', 'proxy-client-cert-file', 'proxy-client-key-file', 'requestheader-*'],
      because: 'kubeadm makes what belongs together here',
      instead: CERTIFICATES,
    },
    {
      flags: ['service-account-key-file', 'service-account-signing-key-file'],
      because: 'all masters sign and believe tokens by the key of the secrets file',
      instead: OF_THE_SECRETS,
    },
    {
      flags: ['enable-bootstrap-token-auth'],
      because: 'machines join by a bootstrap token',
      instead: DELETE,
      isFine: (value) => value === 'true',
    },
    {
      flags: ['authorization-mode'],
      because: 'nodes have their rights by Node, and whatever joins by RBAC',
      instead: 'name both: Node,RBAC, and others beside them',
      isFine: includes('Node', 'RBAC'),
    },
    {
      flags: ['allow-privileged'],
      because: 'kube-proxy and networks of pods are privileged',
      instead: 'delete it; Pod Security admission forbids it by namespace',
      isFine: (value) => value === 'true',
    },
    {
      flags: ['encryption-provider-config'],
      because: 'kubeadm.encryptSecrets names the file that bake writes',
      instead: 'delete one of the two',
      isFine: (_, { kubeadm }) => !kubeadm.encryptSecrets,
    },
    {
      flags: ['audit-policy-file'],
      because: 'kubeadm.auditPolicy names the file that bake writes',
      instead: 'delete one of the two',
      isFine: (_, { kubeadm }) => kubeadm.auditPolicy === undefined,
    },
    {
      flags: ['audit-log-path'],
      because: `the API server’s pod sees ${AUDIT_LOG_FOLDER} of its machine; a log elsewhere is lost with the container`,
      instead: `take a file in ${AUDIT_LOG_FOLDER}, or - for the container’s own log`,
      isFine: (value, { kubeadm }) =>
        kubeadm.auditPolicy === undefined || value === '-' || value.startsWith(`${AUDIT_LOG_FOLDER}/`),
    },
  ],
  controllerManager: [
    KUBECONFIGS,
    PROBED_PORT,
    LEADER,
    {
      flags: ['cluster-cidr'],
      because: 'kube-proxy and the pod network are told the networks of the cluster file',
      instead: 'set networks.pods',
    },
    {
      flags: ['service-cluster-ip-range'],
      because: 'the API server and DNS are told the networks of the cluster file',
      instead: NETWORKS,
    },
    {
      flags: ['cluster-signing-cert-file', 'cluster-signing-key-file', 'client-ca-file', 'root-ca-file'],
      because: 'every machine believes the authorities of the secrets file only',
      instead: OF_THE_SECRETS,
    },
    {
      flags: ['requestheader-*'],
      because: 'kubeadm makes what belongs together here',
      instead: CERTIFICATES,
    },
    {
      flags: ['service-account-private-key-file'],
      because: 'all masters sign and believe tokens by the key of the secrets file',
      instead: OF_THE_SECRETS,
    },
    {
      flags: ['controllers'],
      because: 'bootstrapsigner signs what machines that join verify, and tokencleaner ends their tokens',
      instead: 'name both beside the others: *,bootstrapsigner,tokencleaner',
      isFine: includes('bootstrapsigner', 'tokencleaner'),
    },
  ],
  scheduler: [KUBECONFIGS, PROBED_PORT, LEADER],
  etcd: [
    {
      flags: ['data-dir', 'wal-dir'],
      because: 'etcd’s pod sees /var/lib/etcd of its machine; data elsewhere is lost with the container',
      instead: 'delete it; a disk of etcd’s own is mounted at /var/lib/etcd of the masters',
    },
    {
      flags: [
        'name',
        'initial-cluster',
        'initial-cluster-*',
        'initial-advertise-peer-urls',
        'advertise-client-urls',
        'listen-client-urls',
        'listen-peer-urls',
        'discovery',
        'discovery-*',
      ],
      because: 'each member has its own, which kubeadm fills in; this would be the same on all',
      instead: 'delete it; set address of each master',
    },
    {
      flags: ['cert-file', 'key-file', 'trusted-ca-file', 'client-cert-auth'],
      because: 'the API server and kubeadm reach etcd by certificates of this cluster',
      instead: CERTIFICATES,
    },
    {
      flags: ['peer-cert-file', 'peer-key-file', 'peer-trusted-ca-file', 'peer-client-cert-auth'],
      because: 'members reach each other by certificates of this cluster',
      instead: CERTIFICATES,
    },
    {
      flags: ['config-file'],
      because: 'etcd passes over every other flag then',
      instead: 'name the flags one by one',
    },
    {
      flags: ['force-new-cluster'],
      because: 'every member would throw the others out whenever it starts',
      instead: 'delete it; it is for a disaster, by hand, once',
    },
  ],
  kubelet: [
    {
      flags: ['hostname-override'],
      because: 'every node would have the same name',
      instead: 'set name of each node; counted workers have the names that their platform gives',
    },
    {
      flags: ['node-ip'],
      because: 'every node would have the same address',
      instead: 'set address of each node',
      isFine: isAnyAddress,
    },
    {
      flags: ['config', 'kubeconfig', 'bootstrap-kubeconfig'],
      because: 'kubeadm writes these files where its kubelet unit looks for them',
      instead: 'set fields of the kubelet’s configuration in kubeadm.kubelet',
    },
    {
      flags: ['container-runtime-endpoint', 'cgroup-driver', 'pod-infra-container-image'],
      because: 'the kubelet and the runtime must agree, so the profile says it for both',
      instead: 'set runtime in the profile',
    },
    {
      flags: ['pod-manifest-path'],
      because: 'the control plane’s pods lie where kubeadm writes them',
      instead: DELETE,
    },
    {
      flags: ['register-node'],
      because: 'machines would be up and no nodes',
      instead: DELETE,
      isFine: (value) => value === 'true',
    },
    {
      flags: ['register-with-taints'],
      because: 'masters would lose theirs, and nodes the taints of the cluster file',
      instead:
        'set taints of each node; kubeadm.kubelet.registerWithTaints is for nodes that have none there',
    },
    {
      flags: ['node-labels'],
      because: 'it takes the place of the labels that the cluster file gives its nodes',
      instead: 'set labels of each node',
      isFine: (_, { nodes }) => nodes.every(({ labels }) => kubeletLabels(labels).length === 0),
    },
    {
      flags: ['node-labels'],
      because:
        'a kubelet may not give its node such labels of Kubernetes’ own namespaces, and ends when it is told to',
      instead: 'set labels of each node: masters put those on that a kubelet may not',
      isFine: (value) => value.split(',').every((label) => isForKubelet(label.split('=')[0] ?? '')),
    },
  ],
};

/** Why a flag of a component must not have this value, and what to do instead; undefined where it may. */
export function ownedFlag(
  component: Component,
  flag: string,
  value: string,
  cluster: Cluster,
): Owned | undefined {
  return OWNED_FLAGS[component].find(
    ({ flags, isFine }) =>
      flags.some((name) => (name.endsWith('*') ? flag.startsWith(name.slice(0, -1)) : flag === name)) &&
      isFine?.(value, cluster) !== true,
  );
}
