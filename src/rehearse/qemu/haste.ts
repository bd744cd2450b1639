/**
 * Units that an emulated machine spends long on and no cluster waits for; seconds that each took on a Debian 13 machine with
 * two emulated processors. What a container is confined by is loaded by its runtime, not here.
 */
const SPARED = [
  'apparmor.service', // 61
  'ldconfig.service', // 9
  'systemd-journal-catalog-update.service', // 6
  'e2scrub_reap.service', // 8
  'grub-common.service', // 8
] as const;

const NEVER = '[Unit]\nConditionPathExists=!/\n';

/**
 * Arguments of QEMU that let an emulated machine skip these units. They are credentials in its firmware's tables, so that
 * image and user-data stay what they are; systemd before 256 has no such credentials and starts all units
 * (systemd.system-credentials(7), systemd.unit-dropin.*).
 */
export const HASTE: readonly string[] = SPARED.flatMap((unit) => [
  '-smbios',
  `type=11,value=io.systemd.credential.binary:systemd.unit-dropin.${unit}=${Buffer.from(NEVER).toString('base64')}`,
]);
