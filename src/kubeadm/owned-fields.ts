import type { Cluster } from '../cluster/cluster.ts';
import type { Path } from '../diagnostics/diagnostic.ts';
import type { Owned } from './owned-flags.ts';

/** A field of a component's configuration that kubeadm or bake fills in, and that must be what they fill in. */
interface OwnedField extends Owned {
  readonly path: Path;
  /** Whether a value does no harm; none does where this is absent. */
  readonly isFine?: (value: unknown, cluster: Cluster) => boolean;
}

const ofTheRuntime = (field: string): OwnedField => ({
  path: [field],
  because: 'the kubelet and the runtime must agree, so the profile says it for both',
  instead: 'set runtime in the profile',
});

/**
 * By component. Source: what kubeadm 1.17 to 1.37 fills in where a person has not (kubernetes/kubernetes, cmd/kubeadm/app/
 * componentconfigs/kubelet.go and kubeproxy.go, phases/addons/proxy/manifests.go). Those that it fills in and that people
 * rightly set otherwise, such as clusterDNS of a cache on every node, are not here.
 */
const OWNED_FIELDS: Readonly<Record<'kubelet' | 'kubeProxy', readonly OwnedField[]>> = {
  kubelet: [
    {
      path: ['staticPodPath'],
      because: 'the control plane’s pods lie where kubeadm writes them',
      instead: 'delete it',
      isFine: (value) => value === '/etc/kubernetes/manifests',
    },
    ofTheRuntime('containerRuntimeEndpoint'),
    ofTheRuntime('imageServiceEndpoint'),
    {
      path: ['clusterDomain'],
      because: 'certificates and the DNS server of the cluster are told the domain of the cluster file',
      instead: 'set networks.dnsDomain',
      isFine: (value, { networks }) => value === networks.dnsDomain,
    },
    {
      path: ['registerNode'],
      because: 'machines would be up and no nodes',
      instead: 'delete it',
      isFine: (value) => value === true,
    },
    {
      path: ['healthzPort'],
      because: 'kubeadm asks at the usual port whether the kubelet is well, and gives up without an answer',
      instead: 'delete it',
      isFine: (value) => value === 10248,
    },
    {
      path: ['authentication', 'x509', 'clientCAFile'],
      because: 'the API server logs in at the kubelet with a certificate of the cluster’s own authority',
      instead: 'delete it; the authorities are in the secrets file',
      isFine: (value) => value === '/etc/kubernetes/pki/ca.crt',
    },
  ],
  kubeProxy: [
    {
      path: ['clusterCIDR'],
      because: 'kube-proxy must know the network that pods have',
      instead: 'set networks.pods',
      isFine: (value, { networks }) => value === networks.pods.join(),
    },
    {
      path: ['hostnameOverride'],
      because: 'every node would have the same name',
      instead: 'set name of each node',
    },
    {
      path: ['clientConnection', 'kubeconfig'],
      because: 'kubeadm puts its kubeconfig into the pods',
      instead: 'delete it',
      isFine: (value) => value === '/var/lib/kube-proxy/kubeconfig.conf',
    },
  ],
};

/** The fields of a component's configuration that must not have the value that a cluster file gives them. */
export function ownedFields(component: keyof typeof OWNED_FIELDS, cluster: Cluster) {
  return OWNED_FIELDS[component].flatMap((field) => {
    const value = valueAt(cluster.kubeadm[component], field.path);
    if (value === undefined || field.isFine?.(value, cluster) === true) return [];
    return [{ ...field, value }];
  });
}

function valueAt(values: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined),
    values,
  );
}
