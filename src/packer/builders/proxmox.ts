import { attributes, block, variable, type HclBody } from '../../text/hcl.ts';
import { DESCRIPTION, type MachineFacts, type Variable } from '../builder.ts';
import { flag, machineSize, optional, required, secret } from '../variables.ts';

/** What both builders of the plugin share. Source: packer-plugin-proxmox, builder/proxmox/common/config.go. */
export const plugin = {
  name: 'proxmox',
  source: 'github.com/hashicorp/proxmox',
  version: '>= 1.1.0',
} as const;

export const proxmoxVariables: readonly Variable[] = [
  ...machineSize,
  required('proxmox_url', 'Address of the API.', 'https://pve.example.com:8006/api2/json'),
  required('proxmox_username', 'User with its realm.', 'packer@pve'),
  secret('proxmox_password', 'Password of the user.', 'example'),
  flag('proxmox_insecure', 'Whether to believe a certificate that nobody has signed.', false),
  required('proxmox_node', 'Node of Proxmox VE to build on.', 'pve1'),
  optional('proxmox_bridge', 'Bridge of the machine’s network; it needs DHCP.', 'vmbr0'),
  optional('proxmox_storage', 'Storage for the disk of cloud-init, and of what is installed.', 'local-lvm'),
];

/**
 * The plugin's own choice, kvm64, is older than Rocky Linux 9 (x86-64-v2) and 10 (x86-64-v3: its release notes) can run on. A template
 * hands its choice on to its clones.
 */
const CPU = { debian: undefined, ubuntu: undefined, rocky: 'host' } as const;

export const proxmoxSource = ({ os }: MachineFacts): HclBody => [
  attributes({
    proxmox_url: variable('proxmox_url'),
    username: variable('proxmox_username'),
    password: variable('proxmox_password'),
    insecure_skip_tls_verify: variable('proxmox_insecure'),
    node: variable('proxmox_node'),
  }),
  attributes({ template_name: variable('image_name'), template_description: DESCRIPTION }),
  attributes({
    cpu_type: CPU[os.family],
    cores: variable('cpus'),
    memory: variable('memory'),
    scsi_controller: 'virtio-scsi-pci',
    os: 'l26',
    qemu_agent: true,
  }),
  block(['network_adapters'], [attributes({ model: 'virtio', bridge: variable('proxmox_bridge') })]),
  attributes(
    { cloud_init: true, cloud_init_storage_pool: variable('proxmox_storage') },
    'The template gets a drive of cloud-init, so that its clones can be told who they are.',
  ),
];
