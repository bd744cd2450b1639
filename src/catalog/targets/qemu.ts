import type { Target } from './target.ts';

/** QEMU/KVM by hand or by libvirt. */
export const qemu: Target = {
  title: 'QEMU/KVM, libvirt',
  datasources: ['NoCloud'],
  userData: { encodings: ['plain', 'gzip'] },
  forms: [
    {
      form: 'text',
      paste: 'a file for virt-install --cloud-init user-data=FILE, or user-data on a medium (bake seed)',
    },
    { form: 'mime', paste: 'the same, with parts of your own' },
  ],
  media: ['nocloud'],
  metaData: 'file meta-data on the medium: instance-id, local-hostname',
  networkConfig: 'file network-config on the medium; applied again for a new instance-id',
  images: { formats: ['qcow2', 'raw'] },
  guest: {
    packages: { debian: ['qemu-guest-agent'], ubuntu: ['qemu-guest-agent'], rocky: ['qemu-guest-agent'] },
    drivers: ['virtio_pci', 'virtio_blk', 'virtio_scsi', 'virtio_net'],
  },
  packer: ['qemu'],
  notes: [
    'Without a medium: -smbios type=1,serial=ds=nocloud;s=https://HOST/PATH/ names a web server (docs/targets.md). cloud-init before 23.2 wants ds=nocloud-net there.',
  ],
  sources: ['cloud-init documentation, "NoCloud"', 'virt-install(1), --cloud-init'],
};
