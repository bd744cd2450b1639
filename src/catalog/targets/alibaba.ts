import type { Target } from './target.ts';

export const alibaba: Target = {
  title: 'Alibaba Cloud',
  datasources: ['AliYun'],
  userData: { limit: { bytes: 32_768, counts: 'payload' }, encodings: ['plain', 'base64', 'gzip+base64'] },
  forms: [
    { form: 'text', paste: 'ECS: Create instance, Advanced settings, User data' },
    {
      form: 'base64',
      paste: 'the same field with its box for base64 ticked; UserData of RunInstances (API)',
    },
  ],
  media: [],
  metaData: 'metadata service: instance-id, hostname',
  networkConfig: 'metadata service; applied at every boot',
  images: { formats: ['qcow2', 'vhd', 'raw'], note: 'from an OSS bucket' },
  guest: {
    packages: { debian: [], ubuntu: [], rocky: [] },
    drivers: ['virtio_pci', 'virtio_blk', 'virtio_net', 'nvme'],
  },
  packer: ['alicloud-ecs'],
  notes: ['Older pages of Alibaba say 16 KiB.'],
  sources: ['Alibaba Cloud documentation, "Customize the initialization configuration of an ECS instance"'],
};
