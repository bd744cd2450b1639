import { minorNumber } from '../catalog/kubeadm.ts';
import { familyOf } from '../cluster/addresses.ts';
import { laidOver, type Values } from './values.ts';
import type { KubeadmInput } from './input.ts';

/**
 * The kubelets' settings, the same on every node: kubeadm keeps them in the cluster at init, and joining nodes take them
 * from there. Addresses of DNS, resolvConf, folders and authentication are filled in by kubeadm.
 */
export function kubeletConfiguration(input: KubeadmInput): Values {
  const { cluster, runtime, version } = input;
  const ours = {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    cgroupDriver: runtime.cgroupDriver,
    rotateCertificates: true,
    containerLogMaxSize: quantity(runtime.logMaxSize),
    containerLogMaxFiles: runtime.logMaxFiles,
    // From 1.35 on the kubelet does not start on cgroup v1 unless it is told to.
    ...(input.cgroups === 1 && minorNumber(version) >= 35 ? { failCgroupV1: false } : {}),
  };
  return laidOver(ours, cluster.kubeadm.kubelet);
}

/** kube-proxy's settings. Addresses of pods and its way to the API are filled in by kubeadm. */
export function kubeProxyConfiguration(input: KubeadmInput): Values {
  const { cluster, proxyMode, version } = input;
  const minor = minorNumber(version);
  // Services share the address family of their first network; metrics are for the machine itself.
  const [first = '127.0.0.1'] = cluster.networks.services;
  const loopback = familyOf(first) === 'ipv6' ? '[::1]' : '127.0.0.1';
  const gated = proxyMode === 'nftables' && minor <= 30;
  // kube-vip answers for its address by ARP; with ipvs the kernel of every node would answer too.
  const strict = proxyMode === 'ipvs' && cluster.virtualIp?.by === 'kube-vip';
  const ours = {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: proxyMode,
    metricsBindAddress: `${loopback}:10249`,
    ...(gated ? { featureGates: { NFTablesProxyMode: true } } : {}),
    ...(strict ? { ipvs: { strictARP: true } } : {}),
    // Zero leaves the kernel's limit alone (kube-proxy, conntrack.maxPerCore).
    ...(input.sharesKernel ? { conntrack: { maxPerCore: 0 } } : {}),
  };
  return laidOver(ours, cluster.kubeadm.kubeProxy);
}

/** `10MiB` as Kubernetes writes it: `10Mi`. */
const quantity = (size: string): string => size.replace(/B$/, '');
