import type { Target } from './target.ts';

export const multipass: Target = {
  title: 'Multipass',
  datasources: ['NoCloud'],
  // Multipass reads the file as YAML, and writes what it understood.
  userData: { encodings: ['plain'] },
  forms: [
    { form: 'text', paste: 'a file for multipass launch --cloud-init FILE' },
    { form: 'cli', paste: 'a shell with multipass; set IMAGE' },
  ],
  cli: {
    words: ['multipass', 'launch', '$IMAGE', '--name', '{name}', '--cloud-init', '-'],
    binary: false,
  },
  media: [],
  metaData: 'made by Multipass: the host name is the name of the instance',
  networkConfig: 'made by Multipass',
  images: { formats: ['qcow2'], note: 'by file:// address, where the driver is QEMU' },
  guest: {
    packages: { debian: [], ubuntu: [], rocky: [] },
    drivers: ['virtio_pci', 'virtio_blk', 'virtio_net'],
  },
  packer: [],
  notes: ['Its machines get their addresses from DHCP.'],
  sources: ['Multipass documentation, "launch"'],
};
