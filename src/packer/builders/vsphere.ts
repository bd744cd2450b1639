import { attributes, variable, type HclBody } from '../../text/hcl.ts';
import { DESCRIPTION, POWER_OFF, type Variable } from '../builder.ts';
import { flag, machineSize, mayBeEmpty, required, secret } from '../variables.ts';

/** What both builders of the plugin share. Source: packer-plugin-vsphere, builder/vsphere/common. */
export const plugin = { name: 'vsphere', source: 'github.com/vmware/vsphere', version: '>= 1.4.2' } as const;

export const vsphereVariables: readonly Variable[] = [
  ...machineSize,
  required('vsphere_server', 'Host name of vCenter.', 'vcenter.example.com'),
  required('vsphere_username', 'User with its domain.', 'packer@vsphere.local'),
  secret('vsphere_password', 'Password of the user.', 'example'),
  flag('vsphere_insecure', 'Whether to believe a certificate that nobody has signed.', false),
  required('vsphere_datacenter', 'Datacenter to build in.', 'dc1'),
  required('vsphere_cluster', 'Cluster to build in.', 'cluster1'),
  required('vsphere_datastore', 'Datastore of the template.', 'datastore1'),
  mayBeEmpty('vsphere_folder', 'Folder of the template; the datacenter’s own when empty.'),
  required('vsphere_network', 'Network of the machine; it needs DHCP.', 'VM Network'),
];

export const vsphereSource: HclBody = [
  attributes({
    vcenter_server: variable('vsphere_server'),
    username: variable('vsphere_username'),
    password: variable('vsphere_password'),
    insecure_connection: variable('vsphere_insecure'),
    datacenter: variable('vsphere_datacenter'),
    cluster: variable('vsphere_cluster'),
    datastore: variable('vsphere_datastore'),
    folder: variable('vsphere_folder'),
  }),
  attributes({ vm_name: variable('image_name'), notes: DESCRIPTION, convert_to_template: true }),
  attributes({ CPUs: variable('cpus'), RAM: variable('memory') }),
  attributes({ shutdown_command: POWER_OFF }),
];
