import { attributes, variable } from '../../text/hcl.ts';
import { SEED_BASE64, type Builder } from '../builder.ts';
import { required } from '../variables.ts';
import { plugin, vsphereSource, vsphereVariables } from './vsphere.ts';

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
      `Template or virtual machine that is there: ${os.title}’s cloud image with open-vm-tools.`,
      os.id,
    ),
  ],
  source: () => [
    attributes({ template: variable('vsphere_template'), network: variable('vsphere_network') }),
    attributes(
      {
        configuration_parameters: {
          'guestinfo.userdata': SEED_BASE64,
          'guestinfo.userdata.encoding': 'base64',
        },
      },
      'They stay with the template: user-data of a clone takes their place, and the key is good for builds only.',
    ),
    ...vsphereSource,
  ],
};
