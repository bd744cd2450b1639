import { hyperv } from '../../catalog/targets/hyperv.ts';
import { attributes, hclTemplate, variable } from '../../text/hcl.ts';
import { beside, diskMiB, POWER_OFF, type Builder } from '../builder.ts';
import { bootCommand, INSTALLER_LEFTOVERS, installerName, installerPage } from '../installer.ts';
import { installerMedium, machineSize, optional, output, whole } from '../variables.ts';

const installer = { firmware: 'efi', guestPackages: hyperv.guest.packages } as const;

export const hypervIso: Builder = {
  name: 'hyperv-iso',
  title: 'Hyper-V (generation 2), from an installer',
  plugin: { name: 'hyperv', source: 'github.com/hashicorp/hyperv', version: '>= 1.1.0' },
  from: 'installer',
  installer,
  login: 'build-key',
  makesFiles: true,
  tidy: INSTALLER_LEFTOVERS,
  variables: (machine) => [
    output,
    ...machineSize,
    ...installerMedium(installerName(machine), installerPage(machine)),
    optional('hyperv_switch', 'Virtual switch of the machine; it needs DHCP.', 'Default Switch'),
    whole('hyperv_disk_size', 'Size of the disk, in MiB.', diskMiB(machine), 4096),
  ],
  source: (machine) => [
    attributes({ iso_url: variable('iso_url'), iso_checksum: variable('iso_checksum') }),
    attributes({
      http_directory: beside('install/hyperv-iso'),
      boot_wait: '5s',
      boot_command: bootCommand(machine, installer),
    }),
    attributes({
      output_directory: hclTemplate`${variable('output')}/hyperv-iso`,
      vm_name: variable('image_name'),
    }),
    attributes({
      generation: 2,
      enable_secure_boot: true,
      secure_boot_template: 'MicrosoftUEFICertificateAuthority',
      switch_name: variable('hyperv_switch'),
      cpus: variable('cpus'),
      memory: variable('memory'),
      disk_size: variable('hyperv_disk_size'),
      // In MiB: a VHDX of ext4 stays small.
      disk_block_size: 1,
      headless: true,
    }),
    attributes({ shutdown_command: POWER_OFF }),
  ],
};
