import type { Target } from './target.ts';

export const nutanix: Target = {
  title: 'Nutanix',
  datasources: ['ConfigDrive'],
  userData: { limit: { bytes: 32_768, counts: 'payload' }, encodings: ['plain', 'base64'] },
  forms: [
    { form: 'text', paste: 'Prism: Create VM, Guest Customization, Cloud-init, custom script' },
    { form: 'base64', paste: 'user_data of guest_customization.cloud_init (API), and of Packer' },
  ],
  media: ['config-drive'],
  metaData: 'meta_data.json of the drive that Prism makes',
  networkConfig:
    'DHCP or Nutanix’ own address management; a medium of your own (bake seed) brings static addresses',
  images: { formats: ['qcow2', 'raw'], note: 'AHV imports others too (Prism: Image Configuration)' },
  guest: {
    packages: { debian: [], ubuntu: [], rocky: [] },
    drivers: ['virtio_pci', 'virtio_scsi', 'virtio_net'],
  },
  packer: ['nutanix'],
  notes: ['More than 32 KiB goes on a medium of your own, uploaded as an ISO image.'],
  sources: [
    'Cluster API provider for Nutanix, pull requests 406 and 408',
    'Nutanix Prism API v3, guest_customization',
  ],
};
