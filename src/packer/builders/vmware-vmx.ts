import { attributes, hclTemplate, variable } from '../../text/hcl.ts';
import { POWER_OFF, SEED_BASE64, type Builder } from '../builder.ts';
import { machineSize, output, required } from '../variables.ts';
import { plugin } from './vmware.ts';

export const vmwareVmx: Builder = {
  name: 'vmware-vmx',
  title: 'VMware Workstation or Fusion, from a virtual machine of a cloud image',
  plugin,
  from: 'cloud-image',
  login: 'build-key',
  makesFiles: true,
  variables: ({ os }) => [
    output,
    ...machineSize,
    required(
      'vmware_source',
      `Path of a .vmx: ${os.title}’s cloud image with open-vm-tools.`,
      'base/base.vmx',
    ),
  ],
  source: () => [
    attributes({ source_path: variable('vmware_source'), headless: true }),
    attributes({
      output_directory: hclTemplate`${variable('output')}/vmware-vmx`,
      vm_name: variable('image_name'),
    }),
    attributes({
      vmx_data: {
        numvcpus: hclTemplate`${variable('cpus')}`,
        memsize: hclTemplate`${variable('memory')}`,
        'guestinfo.userdata': SEED_BASE64,
        'guestinfo.userdata.encoding': 'base64',
      },
    }),
    attributes({ vmx_data_post: { 'guestinfo.userdata': '', 'guestinfo.userdata.encoding': '' } }),
    attributes({ shutdown_command: POWER_OFF }),
  ],
};
