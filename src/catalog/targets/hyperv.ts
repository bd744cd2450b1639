import type { Target } from './target.ts';

export const hyperv: Target = {
  title: 'Hyper-V',
  datasources: ['NoCloud'],
  userData: { encodings: ['plain', 'gzip'] },
  forms: [
    {
      form: 'text',
      paste: 'the file user-data of a medium; bake seed writes the whole medium, for a DVD drive',
    },
  ],
  media: ['nocloud'],
  metaData: 'file meta-data on the medium: instance-id, local-hostname',
  networkConfig: 'file network-config on the medium; applied again for a new instance-id',
  images: { formats: ['vhdx', 'vhd'] },
  guest: {
    packages: {
      debian: ['hyperv-daemons'],
      ubuntu: ['linux-cloud-tools-virtual'],
      rocky: ['hyperv-daemons'],
    },
    drivers: ['hv_vmbus', 'hv_storvsc', 'hv_netvsc'],
  },
  packer: ['hyperv-iso'],
  notes: [
    'Generation 2 with Secure Boot wants the template MicrosoftUEFICertificateAuthority, and an image with a signed boot loader.',
  ],
  sources: [
    'cloud-init documentation, "NoCloud"',
    'Microsoft’s documentation, "Supported Linux virtual machines on Hyper-V"',
  ],
};
