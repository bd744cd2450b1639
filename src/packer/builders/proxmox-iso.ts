import { proxmox } from '../../catalog/targets/proxmox.ts';
import { attributes, block, hclTemplate, variable } from '../../text/hcl.ts';
import { beside, diskGiB, type Builder } from '../builder.ts';
import { bootCommand, INSTALLER_LEFTOVERS, installerName } from '../installer.ts';
import { optional, required, whole } from '../variables.ts';
import { plugin, proxmoxSource, proxmoxVariables } from './proxmox.ts';

const installer = { firmware: 'bios', guestPackages: proxmox.guest.packages } as const;

export const proxmoxIso: Builder = {
  name: 'proxmox-iso',
  title: 'Proxmox VE, from an installer',
  plugin,
  from: 'installer',
  installer,
  login: 'build-key',
  makesFiles: false,
  tidy: INSTALLER_LEFTOVERS,
  variables: (machine) => [
    ...proxmoxVariables,
    required('proxmox_iso', `Volume with ${installerName(machine)}.`, 'local:iso/installer.iso'),
    optional('proxmox_storage_type', 'Type of the storage; newer plugins find it out.', 'lvm-thin'),
    whole('proxmox_disk_size', 'Size of the disk, in GiB.', diskGiB(machine), 4),
  ],
  source: (machine) => [
    attributes(
      { iso_file: variable('proxmox_iso'), iso_checksum: 'none', unmount_iso: true },
      'Newer plugins have these in a block boot_iso; they take both, and say so.',
    ),
    attributes({
      http_directory: beside('install/proxmox-iso'),
      boot_wait: '8s',
      boot_command: bootCommand(machine, installer),
    }),
    block(
      ['disks'],
      [
        attributes({
          type: 'scsi',
          disk_size: hclTemplate`${variable('proxmox_disk_size')}G`,
          storage_pool: variable('proxmox_storage'),
          storage_pool_type: variable('proxmox_storage_type'),
          format: 'raw',
        }),
      ],
    ),
    ...proxmoxSource(machine),
  ],
};
