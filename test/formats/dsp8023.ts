/**
 * What the XML Schema of OVF 1.1 demands of the elements that our descriptors have (DMTF DSP8023 1.1.1, dsp8023_1.1.1.xsd, and
 * the schemas of CIM_ResourceAllocationSettingData and CIM_VirtualSystemSettingData that it imports; the words are those of DMTF
 * DSP0243 1.1.1). Debian and npm have no package with these files.
 */

const OVF = 'http://schemas.dmtf.org/ovf/envelope/1';
const RASD = 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData';
const VSSD = 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData';

/** An element as an independent parser read it; names are `{namespace}name`. */
export interface Read {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  readonly children: readonly Read[];
}

interface Content {
  /** In this order; `?` at most one, `*` any number, else exactly one. `Section` stands for every section. */
  readonly sequence: readonly string[];
  readonly attributes?: Readonly<Record<string, RegExp>>;
  /** Elements of other namespaces may follow. */
  readonly open?: boolean;
}

const NUMBER = /^[0-9]+$/;
const ANY = /^.+$/s;
const BOOLEAN = /^(true|false|0|1)$/;

const SECTIONS = [
  'AnnotationSection',
  'DiskSection',
  'NetworkSection',
  'OperatingSystemSection',
  'ProductSection',
  'VirtualHardwareSection',
];

const CONTENT: Readonly<Record<string, Content>> = {
  Envelope: { sequence: ['References', 'Section*', 'VirtualSystem'] },
  References: { sequence: ['File*'], open: true },
  File: { sequence: [], attributes: { id: ANY, href: ANY, size: NUMBER }, open: true },
  DiskSection: { sequence: ['Info', 'Disk*'], open: true },
  Disk: { sequence: [], attributes: { diskId: ANY, capacity: NUMBER }, open: true },
  NetworkSection: { sequence: ['Info', 'Network*'], open: true },
  Network: { sequence: ['Description?'], attributes: { name: ANY } },
  VirtualSystem: { sequence: ['Info', 'Name?', 'Section*'], attributes: { id: ANY } },
  AnnotationSection: { sequence: ['Info', 'Annotation'], open: true },
  OperatingSystemSection: {
    sequence: ['Info', 'Description?'],
    attributes: { id: /^[0-9]{1,5}$/ },
    open: true,
  },
  VirtualHardwareSection: { sequence: ['Info', 'System?', 'Item*'], open: true },
  ProductSection: {
    sequence: ['Info', 'Product?', 'Vendor?', 'Version?', 'FullVersion?', 'Property*'],
    open: true,
  },
  Property: {
    sequence: ['Label?', 'Description?', 'Value*'],
    attributes: { key: ANY, type: ANY, userConfigurable: BOOLEAN },
  },
};

/** Elements with a text and nothing else. */
const TEXTS = new Set(['Info', 'Name', 'Description', 'Annotation', 'Product', 'Label']);

const RASD_FIELDS = [
  ...['Address?', 'AddressOnParent?', 'AllocationUnits?', 'AutomaticAllocation?', 'AutomaticDeallocation?'],
  ...['Caption?', 'Connection*', 'ConsumerVisibility?', 'Description?', 'ElementName', 'HostResource*'],
  ...['InstanceID', 'Limit?', 'MappingBehavior?', 'OtherResourceType?', 'Parent?', 'PoolID?', 'Reservation?'],
  ...['ResourceSubType?', 'ResourceType?', 'VirtualQuantity?', 'VirtualQuantityUnits?', 'Weight?'],
];
const VSSD_FIELDS = [
  ...['Caption?', 'Description?', 'ElementName', 'InstanceID', 'Notes*', 'VirtualSystemIdentifier?'],
  ...['VirtualSystemType?'],
];
const FIELD_TYPES: Readonly<Record<string, RegExp>> = {
  AutomaticAllocation: BOOLEAN,
  ResourceType: NUMBER,
  VirtualQuantity: NUMBER,
};

/** What in a descriptor the schema does not allow; empty when all is well. */
export function judge(root: Read): string[] {
  if (root.name !== `{${OVF}}Envelope`) return [`the root is ${root.name}`];
  return visit(root, 'Envelope');
}

function visit(element: Read, name: string): string[] {
  if (name === 'Item') return fields(element, RASD, RASD_FIELDS);
  if (name === 'System') return fields(element, VSSD, VSSD_FIELDS);
  if (TEXTS.has(name))
    return element.children.length > 0 || element.text === '' ? [`${name} is no text`] : [];
  const content = CONTENT[name];
  if (!content) return [`${name} is not known`];
  const faults = Object.entries(content.attributes ?? {}).flatMap(([key, form]) => {
    const value = element.attributes[`{${OVF}}${key}`];
    return value !== undefined && form.test(value) ? [] : [`${name}: attribute ${key} is ${value}`];
  });
  const own = element.children.filter((child) => child.name.startsWith(`{${OVF}}`));
  const others = element.children.slice(own.length);
  if (others.some((child) => own.includes(child)) || (others.length > 0 && !content.open))
    faults.push(`${name}: elements of other namespaces stand where none may`);
  const names = own.map((child) => child.name.slice(OVF.length + 2));
  faults.push(...order(name, names, content.sequence));
  return [...faults, ...own.flatMap((child, index) => visit(child, names[index] ?? ''))];
}

function fields(element: Read, namespace: string, sequence: readonly string[]): string[] {
  const names = element.children.map(({ name }) => name.replace(`{${namespace}}`, ''));
  const faults = order(element.name, names, sequence);
  for (const [index, { text }] of element.children.entries()) {
    const form = FIELD_TYPES[names[index] ?? ''] ?? ANY;
    if (!form.test(text)) faults.push(`${names[index]} is ${text}`);
  }
  return faults;
}

function order(parent: string, names: readonly string[], sequence: readonly string[]): string[] {
  const pattern = sequence.map((entry) => {
    const [, name = '', times = ''] = /^(\w+)([?*]?)$/.exec(entry) ?? [];
    return `(?:(?:${name === 'Section' ? SECTIONS.join('|') : name}) )${times}`;
  });
  const written = names.map((name) => `${name} `).join('');
  return new RegExp(`^${pattern.join('')}$`).test(written) ? [] : [`${parent} has ${written.trim()}`];
}
