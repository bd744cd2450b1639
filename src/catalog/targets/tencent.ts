import type { Target } from './target.ts';

export const tencent: Target = {
  title: 'Tencent Cloud',
  datasources: ['ConfigDrive'],
  userData: { limit: { bytes: 16_384, counts: 'payload' }, encodings: ['plain', 'base64'] },
  forms: [
    { form: 'text', paste: 'CVM: Create instance, Advanced settings, Custom data' },
    { form: 'base64', paste: 'UserData of RunInstances (API)' },
  ],
  media: [],
  metaData: 'config drive',
  networkConfig: 'config drive; applied again for a new instance',
  images: { formats: ['qcow2', 'raw', 'vhd', 'vmdk'], note: 'from a COS bucket' },
  guest: {
    packages: { debian: [], ubuntu: [], rocky: [] },
    drivers: ['virtio_pci', 'virtio_blk', 'virtio_net'],
  },
  packer: ['tencentcloud-cvm'],
  notes: [
    'Upstream cloud-init has no datasource of Tencent’s own; their packages add TencentCloud.',
    'Imported images want datasource: { ConfigDrive: { dsmode: local } } in /etc/cloud/cloud.cfg.d.',
  ],
  sources: [
    'Tencent Cloud API, CVM RunInstances (SDK text)',
    'Tencent Cloud documentation, "Installing Cloud-Init on Linux"',
  ],
};
