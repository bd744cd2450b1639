import { KUBERNETES_MINORS, type KubernetesMinor } from './kubernetes-minors.ts';
import { MIRROR_SETS } from './mirrors/index.ts';
import { minorOf } from './version.ts';
import type { Life } from './component-fields.ts';

/** Versions of kubeadm's configuration. v1beta1 can be written, but no Kubernetes that we know needs it. */
export type KubeadmApi = 'v1beta1' | KubernetesMinor['kubeadmApi'];

/**
 * Which minors read which version. Sources: kubernetes.io kubeadm-config reference pages (v1beta1 to v1beta4), kubernetes/sig-release
 * notes (2026-08-13): v1beta1 gone in 1.22, v1beta2 in 1.27, v1beta3 in 1.37.
 */
export const KUBEADM_API_MINORS: Readonly<Record<KubeadmApi, Life>> = {
  v1beta1: [13, 21],
  v1beta2: [15, 26],
  v1beta3: [22, 36],
  v1beta4: [31],
};

/** `35` of `1.35.8`. */
export const minorNumber = (version: string): number => Number(version.split('.')[1]);

/** Whether what has this life is in a version of Kubernetes (`1.35.8`). */
export function lives([since, until = Infinity]: Life, version: string): boolean {
  const minor = minorNumber(version);
  return minor >= since && minor <= until;
}

/** `from 1.19 on`, `from 1.19 to 1.23`, for messages. */
export function lifeText([since, until]: Life): string {
  return until === undefined ? `from 1.${since} on` : `from 1.${since} to 1.${until}`;
}

/** The version of the configuration to write for a Kubernetes. Throws for a minor that the catalog lacks. */
export function kubeadmApi(version: string): KubeadmApi {
  const row = KUBERNETES_MINORS.find(({ minor }) => minor === minorOf(version));
  if (!row) throw new Error(`no Kubernetes ${version}; the rules let it through`);
  return row.kubeadmApi;
}

/**
 * kubeadm's own feature gates; it refuses others. Sources: kubeadm's features package as published for v1.23.6, v1.29.4,
 * v1.30.1, v1.33.0-alpha.0, v1.34.0-rc.0 (pkg.go.dev, godocs.io), kubernetes/kubernetes pull request 106648 (IPv6DualStack
 * gone in 1.24), kubernetes/sig-release notes to 1.37 (2026-08-13).
 */
export const KUBEADM_FEATURE_GATES: Readonly<Record<string, Life>> = {
  IPv6DualStack: [16, 23],
  PublicKeysECDSA: [19, 36],
  RootlessControlPlane: [22],
  UnversionedKubeletConfigMap: [23, 25],
  EtcdLearnerMode: [27, 32],
  UpgradeAddonsBeforeControlPlane: [28, 30],
  WaitForAllControlPlaneComponents: [30, 34],
  ControlPlaneKubeletLocalMode: [31, 35],
  NodeLocalCRISocket: [32, 36],
};

/**
 * Flags of the kubelet that are gone, by the first minor that does not know them: the kubelet ends at an unknown flag.
 * A name that ends in * stands for all that begin so. Source: kubernetes/sig-release notes 1.24 to 1.37 (2026-08-13).
 */
export const REMOVED_KUBELET_FLAGS: Readonly<Record<string, number>> = {
  'network-plugin': 24,
  'network-plugin-mtu': 24,
  'cni-conf-dir': 24,
  'cni-bin-dir': 24,
  'cni-cache-dir': 24,
  'docker-endpoint': 24,
  'image-pull-progress-deadline': 24,
  'experimental-dockershim-root-directory': 24,
  'dynamic-config-dir': 24,
  'container-runtime': 27,
  'master-service-namespace': 27,
  'iptables-masquerade-bit': 31,
  'iptables-drop-bit': 31,
  'keep-terminated-pod-volumes': 31,
  'cloud-config': 34,
  'pod-infra-container-image': 35,
  containerd: 37,
  'containerd-namespace': 37,
  'storage-driver-*': 37,
  'event-storage-*': 37,
  'machine-id-file': 37,
  'boot-id-file': 37,
  'container-hints': 37,
  'global-housekeeping-interval': 37,
};

/**
 * What kubeadm can patch, from which minor on. v1beta2 has no field for patches: 1.19 to 1.21 take a flag.
 * Source: kubernetes.io "Customizing components with the kubeadm API", kubernetes/sig-release notes.
 */
export const PATCH_TARGETS: Readonly<Record<string, Life>> = {
  'kube-apiserver': [19],
  'kube-controller-manager': [19],
  'kube-scheduler': [19],
  etcd: [19],
  kubeletconfiguration: [25],
  corednsdeployment: [31],
  kubeproxydaemonset: [37],
};

/**
 * The oldest etcd outside of the cluster that a kubeadm works with: its probes ask /livez and /readyz from 1.31 on.
 * Source: kubernetes/sig-release notes 1.31 (2026-08-13).
 */
export const EXTERNAL_ETCD_FLOOR = { since: 31, version: '3.5.11' } as const;

/** kube-proxy's modes. Sources: KEP-3866 (nftables: gate NFTablesProxyMode in 1.29 and 1.30), KEP-5495 (ipvs), 2026-07. */
export const PROXY_MODES: Readonly<
  Record<'iptables' | 'ipvs' | 'nftables', { readonly since: number; readonly deprecated?: number }>
> = {
  iptables: { since: 17 },
  ipvs: { since: 17, deprecated: 35 },
  nftables: { since: 29 },
};

/**
 * Registries whose CoreDNS lies one folder deeper since 1.21. kubeadm knows this of its own default only, which was
 * k8s.gcr.io before 1.25, so it must be told. Mirrors made from `kubeadm config images list` are flat.
 */
const DEEP_REGISTRIES: ReadonlySet<string> = new Set([
  'k8s.gcr.io',
  ...Object.values(MIRROR_SETS).flatMap(({ images }) =>
    images?.kubernetes?.layout === 'original' ? [images.kubernetes.repository] : [],
  ),
]);

/** `dns.imageRepository` for a Kubernetes whose images come from `imageRepository`; undefined where kubeadm's own is right. */
export function dnsImageRepository(version: string, imageRepository: string): string | undefined {
  const isNested = minorNumber(version) >= 21 && DEEP_REGISTRIES.has(imageRepository);
  return isNested ? `${imageRepository}/coredns` : undefined;
}
