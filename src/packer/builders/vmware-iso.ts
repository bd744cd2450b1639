import { vmware } from '../../catalog/targets/vmware.ts';
import { attributes, hclTemplate, variable } from '../../text/hcl.ts';
import { beside, diskMiB, POWER_OFF, type Builder } from '../builder.ts';
import { bootCommand, INSTALLER_LEFTOVERS, installerName, installerPage } from '../installer.ts';
import { installerMedium, machineSize, output, whole } from '../variables.ts';
import { plugin } from './vmware.ts';

const installer = { firmware: 'efi', guestPackages: vmware.guest.packages } as const;

/** VMware's names of guest systems (`guestOS` of a .vmx). `rockylinux-64` is for newer hardware than ours (not verified from which on). */
const GUEST = { debian: 'debian11-64', ubuntu: 'ubuntu-64', rocky: 'rhel8-64' } as const;

export const vmwareIso: Builder = {
  name: 'vmware-iso',
  title: 'VMware Workstation or Fusion, from an installer',
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
    whole('vmware_disk_size', 'Size of the disk, in MiB.', diskMiB(machine), 4096),
    whole('vmware_hardware', 'Version of the virtual hardware; plugins from 2.0 on want 19.', 19, 19),
  ],
  source: (machine) => [
    attributes({ iso_url: variable('iso_url'), iso_checksum: variable('iso_checksum') }),
    attributes({
      http_directory: beside('install/vmware-iso'),
      boot_wait: '5s',
      boot_command: bootCommand(machine, installer),
    }),
    attributes({
      output_directory: hclTemplate`${variable('output')}/vmware-iso`,
      vm_name: variable('image_name'),
    }),
    attributes({
      guest_os_type: GUEST[machine.os.family],
      version: hclTemplate`${variable('vmware_hardware')}`,
      cpus: variable('cpus'),
      memory: variable('memory'),
      disk_size: variable('vmware_disk_size'),
      disk_adapter_type: 'pvscsi',
      disk_type_id: '0',
      network_adapter_type: 'vmxnet3',
      headless: true,
      vmx_data: { firmware: 'efi' },
    }),
    attributes({ shutdown_command: POWER_OFF }),
  ],
};
