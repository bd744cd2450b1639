import type { Target } from './target.ts';

/** VMware in a data centre: ESXi and vCenter. */
export const vsphere: Target = {
  title: 'vSphere',
  datasources: ['VMware', 'OVF'],
  // open-vm-tools, GUESTMSG_MAX_IN_SIZE: 64 KiB for each value as it is stored.
  userData: { limit: { bytes: 65_536, counts: 'field' }, encodings: ['base64', 'gzip+base64'] },
  forms: [
    {
      form: 'parameters',
      paste:
        'Edit Settings, Advanced Parameters of the machine while it is off: each name and the value below it',
    },
    { form: 'govc', paste: 'a shell with govc and GOVC_URL, while the machine is off' },
    {
      form: 'extra-config',
      paste: 'extraConfig of a VirtualMachineConfigSpec (API), or what a tool makes of it',
    },
    {
      form: 'ovf-properties',
      paste: 'options for govc import.ova -options=FILE; the OVA must have these properties',
    },
    {
      form: 'ovf-env',
      paste:
        'ovf-env.xml on a CD (bake seed --medium ovf writes it), or guestinfo.ovfEnv, for an image with OVF in its datasource_list',
    },
  ],
  media: ['nocloud', 'ovf'],
  metaData: 'guestinfo.metadata: instance-id, local-hostname; without instance-id the machine’s UUID',
  networkConfig: 'key network of guestinfo.metadata; applied again for a new instance-id',
  images: { formats: ['ova', 'vmdk'] },
  guest: {
    packages: { debian: ['open-vm-tools'], ubuntu: ['open-vm-tools'], rocky: ['open-vm-tools'] },
    drivers: ['vmw_pvscsi', 'mptspi', 'ahci', 'nvme', 'vmxnet3', 'e1000', 'e1000e'],
  },
  packer: ['vsphere-clone', 'vsphere-iso'],
  notes: [
    'Parameters can be added while the machine is off only. All of them together are at most 1 MiB.',
    'Secrets stay in the machine’s parameters: take guestinfo.userdata out when it is ready.',
    'Unless an image says in which order sources are asked, OVF properties win over guestinfo before cloud-init 25.1; one that is baked for vsphere asks VMware first.',
    'Guest customization (a specification in vCenter) is a third way: 512 KiB for user-data (vSphere 7.0 U3 and newer).',
  ],
  sources: [
    'cloud-init documentation, "VMware" and "OVF"',
    'open-vm-tools source, GUESTMSG_MAX_IN_SIZE',
    'vm-operator, issues 138 and 148',
    'vSphere API, CustomizationCloudinitPrep',
  ],
};
