/**
 * Units that an emulated machine spends long on and no cluster waits for; seconds from start to end as systemd-analyze told them on
 * Debian 13. What a container is confined by is loaded by its runtime, not here.
 */
const SPARED = [
  'apparmor.service', // 61
  'modprobe@drm.service', // 23
  'modprobe@configfs.service', // 15
  'modprobe@efi_pstore.service', // 15
  'modprobe@fuse.service', // 11
  'ldconfig.service', // 9
  'e2scrub_reap.service', // 8
  'grub-common.service', // 8
  'systemd-binfmt.service', // 7
  'unattended-upgrades.service', // 6
  'systemd-journal-catalog-update.service', // 6
] as const;

/** What udev looks at when the machine comes up: what a cluster's machine needs, of 540 devices, modules and terminals. */
const COLDPLUG = ['block', 'net', 'pci', 'virtio', 'virtio-ports', 'misc', 'rtc']
  .map((subsystem) => `--subsystem-match=${subsystem}`)
  .join(' ');

const NEVER = '[Unit]\nConditionPathExists=!/\n';
const LITTLE = `[Service]
ExecStart=
ExecStart=-udevadm trigger --type=devices --action=add --prioritized-subsystem=block,net ${COLDPLUG}
ExecStart=-udevadm trigger --type=devices --action=add --sysname-match=ttyS0
`;

const dropIn = (unit: string, text: string): readonly string[] => [
  '-smbios',
  `type=11,value=io.systemd.credential.binary:systemd.unit-dropin.${unit}=${Buffer.from(text).toString('base64')}`,
];

/**
 * Arguments of QEMU that spare an emulated machine what takes it long. They are credentials in its firmware's tables, so that
 * image and user-data stay what they are; systemd before 256 has no such credentials and does it all
 * (systemd.system-credentials(7), systemd.unit-dropin.*).
 */
export const HASTE: readonly string[] = [
  ...SPARED.flatMap((unit) => dropIn(unit, NEVER)),
  ...dropIn('systemd-udev-trigger.service', LITTLE),
];
