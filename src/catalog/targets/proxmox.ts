import type { Target } from './target.ts';

export const proxmox: Target = {
  title: 'Proxmox VE',
  datasources: ['NoCloud', 'ConfigDrive'],
  userData: { encodings: ['plain', 'gzip'] },
  forms: [
    {
      form: 'text',
      paste:
        'a file NODE.yaml among the snippets of a storage, then qm set ID --cicustom user=STORAGE:snippets/NODE.yaml',
    },
    { form: 'mime', paste: 'the same, with parts of your own' },
  ],
  media: ['nocloud'],
  metaData: 'made by Proxmox: the host name is the name of the machine',
  networkConfig:
    'from ipconfigN of the machine, or a snippet: --cicustom network=…; applied again for a new instance-id',
  images: { formats: ['qcow2', 'raw'] },
  guest: {
    packages: { debian: ['qemu-guest-agent'], ubuntu: ['qemu-guest-agent'], rocky: ['qemu-guest-agent'] },
    drivers: ['virtio_pci', 'virtio_blk', 'virtio_scsi', 'virtio_net'],
  },
  packer: ['proxmox-clone', 'proxmox-iso'],
  notes: [
    'The web console has no field for user-data, and with --cicustom user=… its fields for user, password and keys have no effect.',
    'The storage must allow snippets: pvesm set STORAGE --content …,snippets.',
  ],
  sources: ['Proxmox VE documentation, "Cloud-Init Support"', 'qm(1)'],
};
