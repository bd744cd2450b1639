import type { Target } from './target.ts';

export const hetzner: Target = {
  title: 'Hetzner',
  datasources: ['Hetzner'],
  // The datasource decodes base64 where it is strictly that: one line, and nothing behind it.
  userData: { limit: { bytes: 32_768, counts: 'field' }, encodings: ['plain', 'base64', 'gzip+base64'] },
  forms: [
    { form: 'text', paste: 'Create a server, Cloud config' },
    { form: 'base64', paste: 'the same field, or user_data of POST /servers (API); cloud-init decodes it' },
    { form: 'cli', paste: 'a shell with hcloud; set IMAGE, TYPE and LOCATION' },
  ],
  cli: {
    words: [
      ...['hcloud', 'server', 'create', '--name', '{name}', '--image', '$IMAGE', '--type', '$TYPE'],
      ...['--location', '$LOCATION', '--user-data-from-file', '/dev/stdin'],
    ],
    binary: false,
  },
  media: [],
  metaData: 'metadata service: instance-id, the server’s name',
  networkConfig: 'metadata service; applied at every boot',
  images: { formats: [], note: 'snapshots only: Packer makes one' },
  guest: {
    packages: { debian: ['qemu-guest-agent'], ubuntu: ['qemu-guest-agent'], rocky: ['qemu-guest-agent'] },
    drivers: ['virtio_pci', 'virtio_scsi', 'virtio_net'],
  },
  packer: ['hcloud'],
  notes: ['The name of a server must be a valid host name, and is the machine’s.'],
  sources: ['Hetzner Cloud API, "Create a Server"', 'cloud-init source, sources/helpers/hetzner.py'],
};
