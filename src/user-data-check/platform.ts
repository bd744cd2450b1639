import { USER_DATA_LIMITS } from '../catalog/user-data-limits.ts';

/** What becomes of user-data between the person and cloud-init. */
export interface Platform {
  /** What `--target` says. */
  readonly name: string;
  /** Bytes that it takes, as they are or compressed; absent where there is no limit or none is known. */
  readonly limit?: number;
  /** Whether compressed user-data arrives: as bytes, only where base64 wraps it, or not; absent where it is not known. */
  readonly gzip?: 'yes' | 'in base64' | 'no';
  /** Whether somebody decodes base64: in any form, in one line only, or nobody. */
  readonly base64: 'decoded' | 'one line' | 'no';
  /** The field takes ASCII only. */
  readonly isAscii?: true;
}

/**
 * Sources: user-data pages of the platforms' documentation as in src/catalog/user-data-limits.ts, and cloud-init's datasources
 * (Hetzner and, since 23.3, Ec2 try a strict decoding of base64; NoCloud and LXD do not). Media that are attached hold any bytes.
 */
const PLATFORMS: readonly (Omit<Platform, 'limit'> & { readonly limitOf?: string })[] = [
  { name: 'alibaba', limitOf: 'Alibaba Cloud', gzip: 'yes', base64: 'decoded' },
  { name: 'aws', limitOf: 'AWS', gzip: 'yes', base64: 'one line' },
  { name: 'azure', limitOf: 'Azure', base64: 'decoded' },
  { name: 'digitalocean', limitOf: 'DigitalOcean', gzip: 'no', base64: 'no' },
  { name: 'gcp', limitOf: 'Google Cloud', gzip: 'in base64', base64: 'decoded' },
  { name: 'hetzner', limitOf: 'Hetzner', gzip: 'in base64', base64: 'one line' },
  { name: 'huawei', limitOf: 'Huawei Cloud', base64: 'decoded', isAscii: true },
  { name: 'hyperv', gzip: 'yes', base64: 'no' },
  { name: 'libvirt', gzip: 'yes', base64: 'no' },
  { name: 'lxd', gzip: 'no', base64: 'no' },
  { name: 'multipass', gzip: 'no', base64: 'no' },
  { name: 'nocloud', gzip: 'yes', base64: 'no' },
  { name: 'nutanix', limitOf: 'Nutanix', base64: 'decoded' },
  { name: 'openstack', limitOf: 'OpenStack', gzip: 'yes', base64: 'decoded' },
  { name: 'oracle', limitOf: 'Oracle', base64: 'decoded' },
  { name: 'proxmox', gzip: 'yes', base64: 'no' },
  { name: 'qemu', gzip: 'yes', base64: 'no' },
  { name: 'tencent', limitOf: 'Tencent Cloud', base64: 'decoded' },
  { name: 'virtualbox', gzip: 'yes', base64: 'no' },
  { name: 'vmware', limitOf: 'vSphere guestinfo', gzip: 'in base64', base64: 'decoded' },
  { name: 'vsphere', limitOf: 'vSphere guestinfo', gzip: 'in base64', base64: 'decoded' },
  { name: 'vultr', base64: 'decoded' },
];

export const PLATFORM_NAMES: readonly string[] = PLATFORMS.map(({ name }) => name);

/** The platform of that name. */
export function platformOf(name: string): Platform | undefined {
  const found = PLATFORMS.find((one) => one.name === name);
  if (!found) return undefined;
  const { limitOf, ...platform } = found;
  const limit = USER_DATA_LIMITS.find(({ platform: of }) => of === limitOf)?.bytes;
  return { ...platform, ...(limit === undefined ? {} : { limit }) };
}
