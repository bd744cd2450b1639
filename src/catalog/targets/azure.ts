import type { Target } from './target.ts';

export const azure: Target = {
  title: 'Azure',
  datasources: ['Azure'],
  userData: { limit: { bytes: 65_535, counts: 'payload' }, encodings: ['plain', 'base64'] },
  forms: [
    { form: 'text', paste: 'portal: Create a virtual machine, Advanced, Custom data' },
    { form: 'cli', paste: 'a shell with az; set GROUP, IMAGE and SIZE' },
    { form: 'base64', paste: 'osProfile.customData (API, templates)' },
    { form: 'mime', paste: 'the field Custom data, with parts of your own' },
  ],
  cli: {
    words: [
      ...['az', 'vm', 'create', '--resource-group', '$GROUP', '--name', '{name}', '--image', '$IMAGE'],
      ...['--size', '$SIZE', '--custom-data', '/dev/stdin'],
    ],
    binary: false,
  },
  media: [],
  metaData: 'the machine’s name and id, from the provisioning medium and the metadata service',
  networkConfig: 'metadata service; applied at every boot',
  images: { formats: ['vhd'], note: 'fixed size, whole MiB' },
  guest: {
    packages: { debian: [], ubuntu: [], rocky: [] },
    drivers: ['hv_vmbus', 'hv_storvsc', 'hv_netvsc', 'nvme'],
  },
  packer: ['azure-arm'],
  notes: [
    'Custom data is what counts. Where it is empty, cloud-init takes userData of the metadata service.',
    'Provisioning by waagent must be off, or auto.',
  ],
  sources: ['Azure Compute API, OSProfile.customData', 'cloud-init documentation, "Azure"'],
};
