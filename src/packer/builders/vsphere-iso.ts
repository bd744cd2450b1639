import { vsphere } from '../../catalog/targets/vsphere.ts';
import { attributes, block, variable } from '../../text/hcl.ts';
import { beside, diskMiB, type Builder } from '../builder.ts';
import { bootCommand, INSTALLER_LEFTOVERS, installerName, installerPage } from '../installer.ts';
import { installerMedium, whole } from '../variables.ts';
import { plugin, vsphereSource, vsphereVariables } from './vsphere.ts';

const installer = { firmware: 'efi', guestPackages: vsphere.guest.packages } as const;

/**
 * vSphere's names of guest systems (VirtualMachineGuestOsIdentifier of the vSphere API). `rockylinux_64Guest` is for newer hardware
 * than ours (not verified from which on).
 */
const GUEST = { debian: 'debian11_64Guest', ubuntu: 'ubuntu64Guest', rocky: 'rhel8_64Guest' } as const;

export const vsphereIso: Builder = {
  name: 'vsphere-iso',
  title: 'vSphere, from an installer',
  plugin,
  from: 'installer',
  installer,
  login: 'build-key',
  makesFiles: false,
  tidy: INSTALLER_LEFTOVERS,
  variables: (machine) => [
    ...vsphereVariables,
    ...installerMedium(installerName(machine), installerPage(machine)),
    whole('vsphere_disk_size', 'Size of the disk, in MiB.', diskMiB(machine), 4096),
    whole('vsphere_hardware', 'Version of the virtual hardware: 15 runs on ESXi 6.7 U2 and newer.', 15, 13),
  ],
  source: (machine) => [
    attributes({ iso_url: variable('iso_url'), iso_checksum: variable('iso_checksum') }),
    attributes({
      http_directory: beside('install/vsphere-iso'),
      boot_wait: '5s',
      boot_command: bootCommand(machine, installer),
    }),
    attributes({
      guest_os_type: GUEST[machine.os.family],
      vm_version: variable('vsphere_hardware'),
      firmware: 'efi',
      disk_controller_type: ['pvscsi'],
      ip_wait_timeout: variable('ssh_timeout'),
      remove_cdrom: true,
    }),
    block(
      ['storage'],
      [attributes({ disk_size: variable('vsphere_disk_size'), disk_thin_provisioned: true })],
    ),
    block(
      ['network_adapters'],
      [attributes({ network: variable('vsphere_network'), network_card: 'vmxnet3' })],
    ),
    ...vsphereSource,
  ],
};
