import { attributes, hclTemplate, variable } from '../../text/hcl.ts';
import { beside, POWER_OFF, type Builder } from '../builder.ts';
import { machineSize, mayBeEmpty, output, required } from '../variables.ts';
import { modify, plugin } from './virtualbox.ts';

export const virtualboxOvf: Builder = {
  name: 'virtualbox-ovf',
  title: 'VirtualBox, from an OVA of a cloud image',
  plugin,
  from: 'cloud-image',
  login: 'build-key',
  makesFiles: true,
  variables: ({ os }) => [
    output,
    ...machineSize,
    required(
      'virtualbox_source',
      `Address or path of an .ova or .ovf: ${os.title}’s cloud image.`,
      'base.ova',
    ),
    mayBeEmpty('virtualbox_source_checksum', 'Its checksum: sha256:HEX; not checked when empty.'),
  ],
  source: () => [
    attributes({
      source_path: variable('virtualbox_source'),
      checksum: variable('virtualbox_source_checksum'),
      guest_additions_mode: 'disable',
      headless: true,
    }),
    attributes({
      output_directory: hclTemplate`${variable('output')}/virtualbox-ovf`,
      vm_name: variable('image_name'),
      format: 'ova',
    }),
    attributes({
      vboxmanage: [
        modify('memory', hclTemplate`${variable('memory')}`),
        modify('cpus', hclTemplate`${variable('cpus')}`),
      ],
    }),
    attributes({ cd_label: 'cidata', cd_files: [beside('seed/user-data'), beside('seed/meta-data')] }),
    attributes({ shutdown_command: POWER_OFF }),
  ],
};
