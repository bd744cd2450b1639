import type { Target } from './target.ts';

/** Whatever can read a medium: bare metal first of all. */
export const nocloud: Target = {
  title: 'bare metal and any medium (NoCloud)',
  datasources: ['NoCloud'],
  userData: { encodings: ['plain', 'gzip'] },
  forms: [
    {
      form: 'text',
      paste: 'the file user-data of a medium labelled CIDATA, or of a web server (ds=nocloud;s=https://…/)',
    },
    { form: 'mime', paste: 'the same, with parts of your own' },
  ],
  media: ['nocloud'],
  metaData: 'file meta-data beside it: instance-id, local-hostname',
  networkConfig: 'file network-config beside it; applied again for a new instance-id',
  images: { formats: ['raw', 'raw.zst', 'qcow2'] },
  guest: {
    packages: { debian: [], ubuntu: [], rocky: [] },
    drivers: ['ahci', 'nvme', 'megaraid_sas', 'mpt3sas', 'igb', 'ixgbe', 'e1000e'],
  },
  packer: [],
  notes: [
    'A web server’s user-data is as secret as the file: let only the machine read it.',
    'vfat works as well: mkfs.vfat -n CIDATA, then mcopy of the three files.',
  ],
  sources: ['cloud-init documentation, "NoCloud"'],
};
