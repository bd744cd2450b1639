import type { OsId } from '../plan/plan.ts';
import type { MachineFacts } from './builder.ts';

/**
 * Cloud images of the distributions (amd64), by addresses that move with each point release, and lists of their checksums, which
 * Packer reads by itself (`file:`). Debian's `generic`, not `genericcloud`: its kernel has drivers for VMware and VirtualBox, too.
 * Sources: cloud.debian.org/images/cloud, cloud-images.ubuntu.com/releases; image-builder, packer/qemu/qemu-rockylinux-9-cloudimg.json, and
 * lima, templates/_images/rocky-10.yaml. Rocky Linux's have a disk of 10 GiB.
 */
const CLOUD_IMAGES: Readonly<Record<OsId, { readonly url: string; readonly checksum: string }>> = {
  'debian-12': debian('bookworm', 12),
  'debian-13': debian('trixie', 13),
  'ubuntu-22.04': ubuntu('jammy', '22.04'),
  'ubuntu-24.04': ubuntu('noble', '24.04'),
  'ubuntu-26.04': ubuntu('resolute', '26.04'),
  'rocky-9': rocky(9),
  'rocky-10': rocky(10),
};

function debian(codename: string, version: number) {
  const folder = `https://cloud.debian.org/images/cloud/${codename}/latest`;
  return { url: `${folder}/debian-${version}-generic-amd64.qcow2`, checksum: `file:${folder}/SHA512SUMS` };
}

function ubuntu(codename: string, version: string) {
  const folder = `https://cloud-images.ubuntu.com/releases/${codename}/release`;
  return {
    url: `${folder}/ubuntu-${version}-server-cloudimg-amd64.img`,
    checksum: `file:${folder}/SHA256SUMS`,
  };
}

function rocky(version: number) {
  const folder = `https://dl.rockylinux.org/pub/rocky/${version}/images/x86_64`;
  return {
    url: `${folder}/Rocky-${version}-GenericCloud-Base.latest.x86_64.qcow2`,
    checksum: `file:${folder}/CHECKSUM`,
  };
}

/** The cloud image to start from: the profile's own, or the distribution's. */
export function cloudImage({ os, image }: MachineFacts): { readonly url: string; readonly checksum: string } {
  return image ? { url: image.url, checksum: `sha256:${image.sha256}` } : CLOUD_IMAGES[os.id];
}
