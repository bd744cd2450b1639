import { virtualbox } from '../../catalog/targets/virtualbox.ts';
import { attributes, hclTemplate, variable } from '../../text/hcl.ts';
import { beside, diskMiB, POWER_OFF, type Builder } from '../builder.ts';
import { bootCommand, INSTALLER_LEFTOVERS, installerName, installerPage } from '../installer.ts';
import { installerMedium, machineSize, output, whole } from '../variables.ts';
import { modify, plugin } from './virtualbox.ts';

const installer = { firmware: 'efi', guestPackages: virtualbox.guest.packages } as const;

/** VirtualBox's names of guest systems (`VBoxManage list ostypes`). */
const GUEST = { debian: 'Debian_64', ubuntu: 'Ubuntu_64', rocky: 'RedHat_64' } as const;

export const virtualboxIso: Builder = {
  name: 'virtualbox-iso',
  title: 'VirtualBox, from an installer',
  plugin,
  from: 'installer',
  installer,
  login: 'build-key',
  makesFiles: true,
  tidy: INSTALLER_LEFTOVERS,
  variables: (machine) => [
    output,
    ...machineSize,
    ...installerMedium(installerName(machine), installerPage(machine)),
    whole('virtualbox_disk_size', 'Size of the disk, in MiB.', diskMiB(machine), 4096),
  ],
  source: (machine) => [
    attributes({ iso_url: variable('iso_url'), iso_checksum: variable('iso_checksum') }),
    attributes({
      http_directory: beside('install/virtualbox-iso'),
      boot_wait: '8s',
      boot_command: bootCommand(machine, installer),
    }),
    attributes({
      output_directory: hclTemplate`${variable('output')}/virtualbox-iso`,
      vm_name: variable('image_name'),
      format: 'ova',
    }),
    attributes({
      guest_os_type: GUEST[machine.os.family],
      guest_additions_mode: 'disable',
      cpus: variable('cpus'),
      memory: variable('memory'),
      disk_size: variable('virtualbox_disk_size'),
      hard_drive_interface: 'sata',
      headless: true,
    }),
    attributes({ vboxmanage: [modify('firmware', 'efi')] }),
    attributes({ shutdown_command: POWER_OFF }),
  ],
};
