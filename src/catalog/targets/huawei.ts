import type { Target } from './target.ts';

export const huawei: Target = {
  title: 'Huawei Cloud',
  datasources: ['OpenStack', 'ConfigDrive'],
  userData: {
    limit: { bytes: 32_768, counts: 'payload' },
    encodings: ['plain', 'base64'],
    asciiOnly: true,
  },
  forms: [
    { form: 'text', paste: 'ECS: Buy ECS, Advanced settings, User data, as text' },
    { form: 'base64', paste: 'user_data of the API' },
  ],
  media: [],
  metaData: 'metadata service of OpenStack: uuid, hostname',
  networkConfig: 'network_data.json; applied again for a new instance',
  images: { formats: ['qcow2', 'vmdk', 'vhd', 'vhdx', 'raw'] },
  guest: {
    packages: { debian: [], ubuntu: [], rocky: [] },
    drivers: ['virtio_pci', 'virtio_blk', 'virtio_scsi', 'virtio_net'],
  },
  packer: ['huaweicloud-ecs'],
  notes: [
    'The console takes no user-data where login by password is chosen.',
    'The metadata service is reached with DHCP and port 80 going out.',
  ],
  sources: [
    'Huawei Cloud documentation, "Passing User Data to ECSs"',
    'Huawei IMS documentation, image formats',
  ],
};
