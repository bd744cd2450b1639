import type { Target } from './target.ts';

export const virtualbox: Target = {
  title: 'VirtualBox',
  datasources: ['NoCloud', 'OVF'],
  userData: { encodings: ['plain', 'gzip', 'base64', 'gzip+base64'] },
  forms: [
    {
      form: 'text',
      paste: 'the file user-data of a medium; bake seed writes the whole medium, for a DVD drive',
    },
    {
      form: 'ovf-env',
      paste:
        'the file ovf-env.xml on a CD labelled OVF-TRANSPORT; bake seed --medium ovf writes the whole medium',
    },
  ],
  media: ['nocloud', 'ovf'],
  metaData: 'file meta-data on the medium: instance-id, local-hostname',
  networkConfig: 'file network-config on the medium; applied again for a new instance-id',
  images: { formats: ['ova', 'vmdk'] },
  guest: {
    packages: { debian: [], ubuntu: [], rocky: [] },
    drivers: ['ahci', 'mptspi', 'virtio_pci', 'virtio_scsi', 'virtio_net', 'e1000'],
  },
  packer: ['virtualbox-ovf', 'virtualbox-iso'],
  notes: [
    'Guest additions are in neither distribution’s main archives (Ubuntu has them in multiverse); machines do without.',
  ],
  sources: ['cloud-init documentation, "NoCloud" and "OVF"', 'VirtualBox manual, "VBoxManage storageattach"'],
};
