import type { Target } from './target.ts';

/** VMware on a desk: Workstation and Fusion. */
export const vmware: Target = {
  title: 'VMware Workstation, Fusion',
  datasources: ['VMware', 'NoCloud'],
  // open-vm-tools, GUESTMSG_MAX_IN_SIZE: 64 KiB for each value as it is stored.
  userData: { limit: { bytes: 65_536, counts: 'field' }, encodings: ['base64', 'gzip+base64'] },
  forms: [
    {
      form: 'vmx',
      paste: 'the end of the machine’s .vmx file, while the machine is off and its window is closed',
    },
  ],
  media: ['nocloud'],
  metaData: 'guestinfo.metadata: instance-id, local-hostname; without instance-id the machine’s UUID',
  networkConfig: 'key network of guestinfo.metadata; applied again for a new instance-id',
  images: { formats: ['vmdk', 'ova'] },
  guest: {
    packages: { debian: ['open-vm-tools'], ubuntu: ['open-vm-tools'], rocky: ['open-vm-tools'] },
    drivers: ['vmw_pvscsi', 'mptspi', 'ahci', 'nvme', 'vmxnet3', 'e1000', 'e1000e'],
  },
  packer: ['vmware-vmx', 'vmware-iso'],
  notes: [
    'Secrets stay in the .vmx file: take guestinfo.userdata out when the machine is ready.',
    'Without open-vm-tools in the image nothing is read.',
  ],
  sources: ['cloud-init documentation, "VMware"', 'open-vm-tools source, GUESTMSG_MAX_IN_SIZE'],
};
