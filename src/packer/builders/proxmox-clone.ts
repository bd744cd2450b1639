import { attributes, variable } from '../../text/hcl.ts';
import type { Builder } from '../builder.ts';
import { required } from '../variables.ts';
import { plugin, proxmoxSource, proxmoxVariables } from './proxmox.ts';

export const proxmoxClone: Builder = {
  name: 'proxmox-clone',
  title: 'Proxmox VE, from a template of a cloud image',
  plugin,
  from: 'cloud-image',
  login: 'platform-key',
  makesFiles: false,
  variables: ({ os }) => [
    ...proxmoxVariables,
    required(
      'proxmox_template',
      `Name of a template that is there: ${os.title}’s cloud image with qemu-guest-agent and a drive of cloud-init.`,
      os.id.replace('.', ''),
    ),
  ],
  source: (machine) => [
    attributes({ clone_vm: variable('proxmox_template'), full_clone: true }),
    ...proxmoxSource(machine),
  ],
};
