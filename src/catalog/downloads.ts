import type { Component } from './checksums.ts';
import type { Arch } from './operating-systems.ts';

const github = (project: string, version: string, file: string): string =>
  `https://github.com/${project}/releases/download/v${version}/${file}`;
const kubernetes = (file: string) => (arch: Arch, version: string) =>
  `https://dl.k8s.io/release/v${version}/bin/linux/${arch}/${file}`;

/** Source: install pages and release pages of each project, 2026-08. */
const URLS: Readonly<Record<Component, (arch: Arch, version: string) => string>> = {
  kubeadm: kubernetes('kubeadm'),
  kubelet: kubernetes('kubelet'),
  kubectl: kubernetes('kubectl'),
  crictl: (arch, version) =>
    github('kubernetes-sigs/cri-tools', version, `crictl-v${version}-linux-${arch}.tar.gz`),
  'cni-plugins': (arch, version) =>
    github('containernetworking/plugins', version, `cni-plugins-linux-${arch}-v${version}.tgz`),
  containerd: (arch, version) =>
    github('containerd/containerd', version, `containerd-${version}-linux-${arch}.tar.gz`),
  runc: (arch, version) => github('opencontainers/runc', version, `runc.${arch}`),
  'cri-dockerd': (arch, version) =>
    github('Mirantis/cri-dockerd', version, `cri-dockerd-${version}.${arch}.tgz`),
};

/** Where the release file of a version is. Whether that version exists is for {@link checksumOf} to say. */
export function downloadUrl(component: Component, arch: Arch, version: string): string {
  return URLS[component](arch, version);
}
