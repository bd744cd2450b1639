import type { Target } from './target.ts';

export const openstack: Target = {
  title: 'OpenStack',
  datasources: ['OpenStack', 'ConfigDrive'],
  // Nova: 65,535 characters of base64, so 49,149 bytes.
  userData: {
    limit: { bytes: 65_535, counts: 'base64' },
    encodings: ['plain', 'gzip', 'base64', 'gzip+base64'],
  },
  forms: [
    { form: 'text', paste: 'Horizon: Launch Instance, Configuration, Customization Script' },
    { form: 'cli', paste: 'a shell with the openstack client; set IMAGE, FLAVOR and NETWORK' },
    { form: 'base64', paste: 'user_data of POST /servers (API)' },
    { form: 'mime', paste: 'Horizon, with parts of your own' },
  ],
  cli: {
    words: [
      ...[
        'openstack',
        'server',
        'create',
        '--image',
        '$IMAGE',
        '--flavor',
        '$FLAVOR',
        '--network',
        '$NETWORK',
      ],
      ...['--config-drive', 'True', '--user-data', '/dev/stdin', '{name}'],
    ],
    binary: true,
  },
  media: ['config-drive'],
  metaData: 'meta_data.json of the metadata service or the config drive: uuid, hostname',
  networkConfig: 'network_data.json, from ports of Neutron; applied again for a new instance',
  images: { formats: ['qcow2', 'raw'], note: 'raw where images lie in Ceph' },
  guest: {
    packages: { debian: ['qemu-guest-agent'], ubuntu: ['qemu-guest-agent'], rocky: ['qemu-guest-agent'] },
    drivers: ['virtio_pci', 'virtio_blk', 'virtio_scsi', 'virtio_net'],
  },
  packer: ['openstack'],
  notes: [
    'Horizon and the client encode by themselves: give them no base64.',
    'A gzipped file is refused by clients before those of 2023, which read text only; bake gzips for them as a last resort.',
    'Static addresses of the cluster file belong to ports: openstack port create --fixed-ip ….',
  ],
  sources: ['Nova documentation, "User data"', 'cloud-init documentation, "OpenStack" and "ConfigDrive"'],
};
