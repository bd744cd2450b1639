import type { Target } from './target.ts';

export const oracle: Target = {
  title: 'Oracle',
  datasources: ['Oracle'],
  // 32,000 bytes for all metadata together, user-data as base64 among it.
  userData: { limit: { bytes: 32_000, counts: 'base64' }, encodings: ['plain', 'base64'] },
  forms: [
    { form: 'text', paste: 'Create instance, Advanced options, Management, Paste cloud-init script' },
    { form: 'base64', paste: 'metadata key user_data (API, Terraform)' },
    { form: 'cli', paste: 'a shell with oci; set COMPARTMENT, DOMAIN, SHAPE, IMAGE and SUBNET' },
  ],
  cli: {
    words: [
      ...[
        'oci',
        'compute',
        'instance',
        'launch',
        '--display-name',
        '{name}',
        '--compartment-id',
        '$COMPARTMENT',
      ],
      ...[
        '--availability-domain',
        '$DOMAIN',
        '--shape',
        '$SHAPE',
        '--image-id',
        '$IMAGE',
        '--subnet-id',
        '$SUBNET',
      ],
      ...['--user-data-file', '/dev/stdin'],
    ],
    binary: false,
  },
  media: [],
  metaData: 'metadata service: id, displayName as host name',
  networkConfig: 'iBFT or the initramfs, then the metadata service; applied again for a new instance',
  images: { formats: ['qcow2', 'vmdk'] },
  guest: {
    packages: { debian: [], ubuntu: [], rocky: [] },
    drivers: ['virtio_pci', 'virtio_blk', 'virtio_scsi', 'virtio_net', 'iscsi_tcp'],
  },
  packer: ['oracle-oci'],
  notes: [
    'SSH keys and all else in the metadata count against the same limit.',
    'Oracle’s own Ubuntu images come with firewall rules that refuse what Kubernetes needs.',
  ],
  sources: [
    'Oracle Cloud Infrastructure API, LaunchInstanceDetails.metadata',
    'cloud-init documentation, "Oracle"',
  ],
};
