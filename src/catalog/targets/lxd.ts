import type { Target } from './target.ts';

export const lxd: Target = {
  title: 'LXD, Incus',
  datasources: ['LXD', 'NoCloud'],
  userData: { encodings: ['plain'] },
  forms: [
    {
      form: 'text',
      paste: 'lxc launch IMAGE NODE -c cloud-init.user-data="$(cat FILE)"; or that key of a profile',
    },
  ],
  media: [],
  metaData: 'made by LXD: the host name is the name of the instance',
  networkConfig: 'key cloud-init.network-config; applied again for a new instance',
  images: {
    formats: ['lxd', 'qcow2'],
    note: 'a root tarball with metadata for containers, qcow2 for virtual machines',
  },
  guest: {
    packages: { debian: [], ubuntu: [], rocky: [] },
    drivers: ['virtio_pci', 'virtio_scsi', 'virtio_net'],
  },
  packer: [],
  notes: ['As a container it has the host’s kernel: sysctls and modules of a profile are the host’s to set.'],
  sources: ['LXD documentation, "How to use cloud-init"', 'cloud-init documentation, "LXD"'],
};
