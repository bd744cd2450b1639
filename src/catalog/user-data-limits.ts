/** How much user-data a platform takes. */
interface UserDataLimit {
  readonly platform: string;
  /** Of the text as it is; where the platform counts base64, as many as that holds. */
  readonly bytes: number;
  /** Whether it is known to take gzip, too; what counts then is the size of that. */
  readonly gzip: boolean;
}

/**
 * Smallest first. Sources, 2026-08: EC2 user guide, Tencent's SDK, Oracle's documentation (32,000 characters of
 * base64, all metadata together), Alibaba's documentation, Hetzner's API, Huawei's
 * documentation, Cluster API's provider for Nutanix (pull requests 406, 408), Nova's documentation (65,535 characters of
 * base64), open-vm-tools (GUESTMSG_MAX_IN_SIZE, 64 KiB of base64), Azure's and DigitalOcean's API, Google's metadata
 * documentation. Media that are attached (NoCloud) have no limit.
 */
export const USER_DATA_LIMITS: readonly UserDataLimit[] = [
  { platform: 'AWS', bytes: 16_384, gzip: true },
  { platform: 'Tencent Cloud', bytes: 16_384, gzip: false },
  { platform: 'Oracle', bytes: 24_000, gzip: false },
  { platform: 'Alibaba Cloud', bytes: 32_768, gzip: true },
  { platform: 'Hetzner', bytes: 32_768, gzip: false },
  { platform: 'Huawei Cloud', bytes: 32_768, gzip: false },
  { platform: 'Nutanix', bytes: 32_768, gzip: false },
  { platform: 'OpenStack', bytes: 49_149, gzip: true },
  { platform: 'vSphere guestinfo', bytes: 49_152, gzip: true },
  { platform: 'Azure', bytes: 65_535, gzip: false },
  { platform: 'DigitalOcean', bytes: 65_536, gzip: false },
  { platform: 'Google Cloud', bytes: 262_144, gzip: false },
];
