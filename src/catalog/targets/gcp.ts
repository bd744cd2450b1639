import type { Target } from './target.ts';

export const gcp: Target = {
  title: 'Google Cloud',
  datasources: ['GCE'],
  // gzip would want a second key, user-data-encoding: base64; with this much room nobody needs it.
  userData: { limit: { bytes: 262_144, counts: 'field' }, encodings: ['plain'] },
  forms: [
    { form: 'text', paste: 'Create an instance, Advanced, Metadata: key user-data (not startup-script)' },
    { form: 'cli', paste: 'a shell with gcloud; set ZONE, IMAGE and TYPE' },
    { form: 'mime', paste: 'key user-data, with parts of your own' },
  ],
  cli: {
    words: [
      ...['gcloud', 'compute', 'instances', 'create', '{name}', '--zone', '$ZONE', '--image', '$IMAGE'],
      ...['--machine-type', '$TYPE', '--metadata-from-file', 'user-data=/dev/stdin'],
    ],
    binary: false,
  },
  media: [],
  metaData: 'metadata service: instance id, the instance’s short name',
  networkConfig: 'DHCP and the metadata service; applied at every boot',
  images: { formats: ['gce'], note: 'disk.raw in a tar.gz, from Cloud Storage' },
  guest: {
    packages: { debian: [], ubuntu: [], rocky: [] },
    drivers: ['virtio_pci', 'virtio_scsi', 'virtio_net', 'nvme', 'gve'],
  },
  packer: ['googlecompute'],
  notes: [
    'All metadata of an instance together is at most 512 KiB.',
    'Host names are short names: a dot and what follows is cut off.',
  ],
  sources: [
    'Compute Engine documentation, "About VM metadata"',
    'cloud-init documentation, "Google Compute Engine"',
  ],
};
