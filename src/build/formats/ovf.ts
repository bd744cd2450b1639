import { OPERATING_SYSTEMS } from '../../catalog/operating-systems.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Delivery } from '../../profile/profile.ts';
import { xmlText, type XmlElement } from '../../text/xml.ts';

/** What an OVF describes. */
export interface OvfInput {
  readonly plan: Pick<Plan, 'image' | 'profile' | 'role' | 'os' | 'standIn' | 'hash' | 'versions'>;
  readonly ova: Delivery['ova'];
  /** The stream-optimised disk beside it. */
  readonly disk: { readonly href: string; readonly bytes: number };
}

const NAMESPACES = {
  '': 'http://schemas.dmtf.org/ovf/envelope/1',
  ovf: 'http://schemas.dmtf.org/ovf/envelope/1',
  rasd: 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData',
  vssd: 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData',
  vmw: 'http://www.vmware.com/schema/ovf',
};

const VMDK = 'http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized';
const NETWORK = 'VM Network';

/**
 * What VMware and CIM call the systems. `id` is CIM_OperatingSystem.OsType; the other VMware's identifier, an old one of the
 * distribution, since hosts refuse names that their virtual hardware is too old for (vSphere API, VirtualMachineGuestOsIdentifier: since 6.5).
 */
const GUESTS = {
  debian: { id: '96', osType: 'debian10_64Guest' },
  ubuntu: { id: '94', osType: 'ubuntu64Guest' },
  rocky: { id: '80', osType: 'centos7_64Guest' },
} as const;

/** CIM_ResourceAllocationSettingData.ResourceType. */
const RESOURCE = { processor: 3, memory: 4, ide: 5, scsi: 6, ethernet: 10, cdrom: 15, disk: 17 };

/**
 * What a person may fill in when importing: the keys that cloud-init's datasource OVF reads (cloudinit/sources/DataSourceOVF.py,
 * read_ovf_environment).
 */
const PROPERTIES: readonly {
  readonly key: string;
  readonly label: string;
  readonly hint: string;
  readonly value?: string;
}[] = [
  {
    key: 'instance-id',
    label: 'Instance id',
    // Cloud-init's own for machines that are told none; an empty one would count as told.
    value: 'iid-dsovf',
    hint: 'Another one makes cloud-init take the machine for a new one.',
  },
  { key: 'hostname', label: 'Host name', hint: 'Name of the machine.' },
  { key: 'user-data', label: 'User-data', hint: 'What bake userdata prints, in base64 on one line.' },
  {
    key: 'network-config',
    label: 'Network',
    hint: 'Network configuration with the top key network, in base64 on one line (cloud-init 21.3 and later).',
  },
  { key: 'public-keys', label: 'SSH public keys', hint: 'For the default user.' },
  { key: 'seedfrom', label: 'Seed URL', hint: 'Where user-data and meta-data are fetched from instead.' },
];

/**
 * The OVF 1.1 descriptor (DMTF DSP0243 1.1.0, schema DSP8023) of a machine with one disk: PVSCSI, VMXNET 3 and a CD-ROM drive, by which
 * the properties come where no guest tools carry them. VirtualBox takes the controllers that it lacks for its own.
 */
export function ovfOf({ plan, ova, disk }: OvfInput): string {
  const { name, diskSize } = plan.image;
  const { title, family } = OPERATING_SYSTEMS[plan.os];
  const guest = GUESTS[family];
  const sections: XmlElement[] = [
    element('References', [
      leaf('File', { 'ovf:href': disk.href, 'ovf:id': 'file1', 'ovf:size': String(disk.bytes) }),
    ]),
    element('DiskSection', [
      info('The disks of the machine'),
      leaf('Disk', {
        'ovf:diskId': 'disk1',
        'ovf:fileRef': 'file1',
        'ovf:capacity': String(diskSize),
        'ovf:capacityAllocationUnits': 'byte',
        'ovf:format': VMDK,
      }),
    ]),
    element('NetworkSection', [
      info('The networks of the machine'),
      { name: 'Network', attributes: { 'ovf:name': NETWORK }, content: [text('Description', NETWORK)] },
    ]),
  ];
  const machine: XmlElement = {
    name: 'VirtualSystem',
    attributes: { 'ovf:id': name },
    content: [
      info(`A machine of profile ${plan.profile}`),
      text('Name', name),
      element('AnnotationSection', [info('What it is'), text('Annotation', annotation(plan, title))]),
      {
        name: 'OperatingSystemSection',
        attributes: { 'ovf:id': guest.id, 'vmw:osType': guest.osType },
        content: [info('The operating system'), text('Description', title)],
      },
      {
        name: 'VirtualHardwareSection',
        attributes: { 'ovf:transport': 'com.vmware.guestInfo iso' },
        content: [info('The virtual hardware'), system(name, ova), ...items(ova), ...extras()],
      },
      {
        name: 'ProductSection',
        content: [
          info('What cloud-init is told at first boot'),
          text('Product', name),
          ...PROPERTIES.map(property),
        ],
      },
    ],
  };
  return xmlText(element('Envelope', [...sections, machine]), NAMESPACES);
}

function annotation({ profile, role, standIn, hash, versions }: OvfInput['plan'], title: string): string {
  const parts = Object.entries(versions).map(([what, version]) => `${what} ${version}`);
  const label = standIn ? 'STAND-INS take the place of Kubernetes: for rehearsals and tests.' : '';
  return [`${profile}: ${role} on ${title}`, ...parts, `plan ${hash.slice(0, 12)}`, label]
    .filter(Boolean)
    .join('\n');
}

const system = (name: string, { hardwareVersion }: OvfInput['ova']): XmlElement =>
  element('System', [
    text('vssd:ElementName', 'Virtual Hardware Family'),
    text('vssd:InstanceID', '0'),
    text('vssd:VirtualSystemIdentifier', name),
    text('vssd:VirtualSystemType', `vmx-${hardwareVersion}`),
  ]);

const MIB = 2 ** 20;

function items({ cpus, memoryBytes }: OvfInput['ova']): XmlElement[] {
  const memory = Math.ceil(memoryBytes / MIB);
  return [
    item({
      AllocationUnits: 'hertz * 10^6',
      ElementName: `${cpus} virtual CPUs`,
      InstanceID: 1,
      ResourceType: RESOURCE.processor,
      VirtualQuantity: cpus,
    }),
    item({
      AllocationUnits: 'byte * 2^20',
      ElementName: `${memory} MiB of memory`,
      InstanceID: 2,
      ResourceType: RESOURCE.memory,
      VirtualQuantity: memory,
    }),
    item({
      Address: 0,
      ElementName: 'SCSI controller 0',
      InstanceID: 3,
      ResourceSubType: 'VirtualSCSI',
      ResourceType: RESOURCE.scsi,
    }),
    item({ Address: 0, ElementName: 'IDE controller 0', InstanceID: 4, ResourceType: RESOURCE.ide }),
    item({
      AddressOnParent: 0,
      ElementName: 'Hard disk 1',
      HostResource: 'ovf:/disk/disk1',
      InstanceID: 5,
      Parent: 3,
      ResourceType: RESOURCE.disk,
    }),
    item({
      AddressOnParent: 0,
      AutomaticAllocation: 'false',
      ElementName: 'CD-ROM 1',
      InstanceID: 6,
      Parent: 4,
      ResourceType: RESOURCE.cdrom,
    }),
    item({
      AddressOnParent: 0,
      AutomaticAllocation: 'true',
      Connection: NETWORK,
      ElementName: 'Network adapter 1',
      InstanceID: 7,
      ResourceSubType: 'VmxNet3',
      ResourceType: RESOURCE.ethernet,
    }),
  ];
}

/** The disk boots by BIOS and by UEFI; Secure Boot, which comes with the latter, it does not (docs/architecture.md). */
const extras = (): XmlElement[] => [
  leaf('vmw:Config', { 'ovf:required': 'false', 'vmw:key': 'firmware', 'vmw:value': 'bios' }),
];

const property = ({ key, label, hint, value = '' }: (typeof PROPERTIES)[number]): XmlElement => ({
  name: 'Property',
  attributes: { 'ovf:key': key, 'ovf:type': 'string', 'ovf:userConfigurable': 'true', 'ovf:value': value },
  content: [text('Label', label), text('Description', hint)],
});

/** The schema wants the fields in the order of the alphabet. */
const item = (fields: Readonly<Record<string, string | number>>): XmlElement =>
  element(
    'Item',
    Object.entries(fields)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => text(`rasd:${name}`, String(value))),
  );

const element = (name: string, content: readonly XmlElement[]): XmlElement => ({ name, content });
const leaf = (name: string, attributes: Readonly<Record<string, string>>): XmlElement => ({
  name,
  attributes,
});
const text = (name: string, content: string): XmlElement => ({ name, content });
const info = (content: string): XmlElement => text('Info', content);
