import { attributes, variable } from '../../text/hcl.ts';
import { beside, type Builder } from '../builder.ts';
import { required } from '../variables.ts';
import { plugin, vsphereSource, vsphereVariables } from './vsphere.ts';

/**
 * Packer's only step for parameters comes before the machine starts (packer-plugin-vsphere, builder/vsphere/clone/builder.go), and a
 * guest variable is never stored (VIX API, VIX_VM_GUEST_VARIABLE). Media are ejected when it is off (common/step_remove_cdrom.go).
 */
export const vsphereClone: Builder = {
  name: 'vsphere-clone',
  title: 'vSphere, from a template of a cloud image',
  plugin,
  from: 'cloud-image',
  login: 'build-key',
  makesFiles: false,
  variables: ({ os }) => [
    ...vsphereVariables,
    required(
      'vsphere_template',
      `Template or virtual machine that is there: ${os.title}’s cloud image with open-vm-tools, which reads media of cloud-init (NoCloud).`,
      os.id,
    ),
  ],
  source: () => [
    attributes({ template: variable('vsphere_template'), network: variable('vsphere_network') }),
    attributes(
      { cd_label: 'cidata', cd_files: [beside('seed/user-data'), beside('seed/meta-data')] },
      'A medium, which is taken out at the end. Parameters (guestinfo.userdata) would stay with the template, and open its clones to\nthe key: what a machine itself sets there is forgotten when it is switched off.',
    ),
    ...vsphereSource,
  ],
};
