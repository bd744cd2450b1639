import { CNI_PLUGINS } from './checksums/cni-plugins.ts';
import { CONTAINERD } from './checksums/containerd.ts';
import { CRI_DOCKERD } from './checksums/cri-dockerd.ts';
import { CRICTL } from './checksums/crictl.ts';
import { KUBEADM } from './checksums/kubeadm.ts';
import { KUBECTL } from './checksums/kubectl.ts';
import { KUBELET } from './checksums/kubelet.ts';
import { RUNC } from './checksums/runc.ts';
import type { Arch } from './operating-systems.ts';

/** Lower-case hexadecimal sha256 by version, newest version first. */
export type Checksums = Readonly<Record<Arch, Readonly<Record<string, string>>>>;

/** What can be had as upstream release files, held to a sha256. */
export type Component =
  'kubeadm' | 'kubelet' | 'kubectl' | 'crictl' | 'cni-plugins' | 'containerd' | 'runc' | 'cri-dockerd';

const CHECKSUMS: Readonly<Record<Component, Checksums>> = {
  kubeadm: KUBEADM,
  kubelet: KUBELET,
  kubectl: KUBECTL,
  crictl: CRICTL,
  'cni-plugins': CNI_PLUGINS,
  containerd: CONTAINERD,
  runc: RUNC,
  'cri-dockerd': CRI_DOCKERD,
};

/** The sha256 of what {@link downloadUrl} points at; `undefined` for a version that the catalog does not know. */
export function checksumOf(component: Component, arch: Arch, version: string): string | undefined {
  const known = CHECKSUMS[component][arch];
  return Object.hasOwn(known, version) ? known[version] : undefined;
}

/** Versions with a checksum, newest first. */
export function knownVersions(component: Component, arch: Arch): readonly string[] {
  return Object.keys(CHECKSUMS[component][arch]);
}
