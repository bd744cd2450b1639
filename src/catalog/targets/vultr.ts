import type { Target } from './target.ts';

export const vultr: Target = {
  title: 'Vultr',
  datasources: ['Vultr'],
  userData: { encodings: ['plain', 'base64'] },
  forms: [
    { form: 'text', paste: 'Deploy, Additional features, Cloud-Init User-Data' },
    { form: 'base64', paste: 'user_data of POST /v2/instances (API)' },
  ],
  media: [],
  metaData: 'metadata service: instance-v2-id, hostname',
  networkConfig: 'metadata service; applied again for a new instance',
  images: { formats: ['raw'], note: 'by URL, as a snapshot' },
  guest: {
    packages: { debian: ['qemu-guest-agent'], ubuntu: ['qemu-guest-agent'], rocky: ['qemu-guest-agent'] },
    drivers: ['virtio_pci', 'virtio_blk', 'virtio_net'],
  },
  packer: ['vultr'],
  notes: ['Vultr publishes no limit for user-data.'],
  sources: ['Vultr API v2, "Create Instance"', 'cloud-init documentation, "Vultr"'],
};
