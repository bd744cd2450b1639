import type { Target } from './target.ts';

export const digitalocean: Target = {
  title: 'DigitalOcean',
  datasources: ['ConfigDrive', 'DigitalOcean'],
  userData: { limit: { bytes: 65_536, counts: 'field' }, encodings: ['plain'] },
  forms: [
    { form: 'text', paste: 'Create Droplet, Advanced options, Add initialization scripts' },
    { form: 'cli', paste: 'a shell with doctl; set REGION, IMAGE and SIZE' },
  ],
  cli: {
    words: [
      ...['doctl', 'compute', 'droplet', 'create', '{name}', '--region', '$REGION', '--image', '$IMAGE'],
      ...['--size', '$SIZE', '--user-data-file', '/dev/stdin'],
    ],
    binary: false,
  },
  media: [],
  metaData: 'config drive: the Droplet’s id and name',
  networkConfig: 'config drive; applied again for a new instance',
  images: { formats: ['qcow2', 'raw', 'vmdk', 'vhdx'], note: 'as a custom image' },
  guest: {
    packages: { debian: [], ubuntu: [], rocky: [] },
    drivers: ['virtio_pci', 'virtio_blk', 'virtio_scsi', 'virtio_net'],
  },
  packer: ['digitalocean'],
  notes: ['Text only: base64 is not decoded, and gzip does not survive.'],
  sources: [
    'DigitalOcean API, "Create a New Droplet", user_data',
    'cloud-init documentation, "DigitalOcean"',
  ],
};
