import { attributes, block, variable } from '../../text/hcl.ts';
import { DESCRIPTION, diskGiB, POWER_OFF, SEED_BASE64, type Builder } from '../builder.ts';
import { cloudImage } from '../stock-images.ts';
import { flag, machineSize, optional, required, secret, whole } from '../variables.ts';

export const nutanix: Builder = {
  name: 'nutanix',
  title: 'Nutanix AHV, from a cloud image',
  plugin: {
    name: 'nutanix',
    source: 'github.com/nutanix-cloud-native/nutanix',
    version: '>= 0.9.0',
    neverInside: true,
  },
  from: 'cloud-image',
  login: 'build-key',
  makesFiles: false,
  variables: (machine) => [
    ...machineSize,
    required('nutanix_endpoint', 'Host name or address of Prism Central.', 'prism.example.com'),
    required('nutanix_username', 'User of Prism Central.', 'packer'),
    secret('nutanix_password', 'Password of the user.', 'example'),
    flag('nutanix_insecure', 'Whether to believe a certificate that nobody has signed.', false),
    required('nutanix_cluster', 'Cluster to build in.', 'cluster1'),
    required('nutanix_subnet', 'Subnet of the machine; it needs DHCP.', 'vlan10'),
    optional(
      'nutanix_image',
      `Address of ${machine.os.title}’s cloud image, which Prism fetches.`,
      cloudImage(machine).url,
    ),
    whole('nutanix_disk_size', 'Size of the disk, in GiB.', diskGiB(machine), 4),
  ],
  source: () => [
    attributes({
      nutanix_endpoint: variable('nutanix_endpoint'),
      nutanix_username: variable('nutanix_username'),
      nutanix_password: variable('nutanix_password'),
      nutanix_insecure: variable('nutanix_insecure'),
      cluster_name: variable('nutanix_cluster'),
    }),
    attributes({ image_name: variable('image_name'), image_description: DESCRIPTION }),
    attributes({
      os_type: 'Linux',
      cpu: variable('cpus'),
      memory_mb: variable('memory'),
      boot_type: 'uefi',
    }),
    attributes(
      { serialport: true },
      'Cloud images have their console there, and some don’t start without it.',
    ),
    block(
      ['vm_disks'],
      [
        attributes({
          image_type: 'DISK_IMAGE',
          source_image_uri: variable('nutanix_image'),
          disk_size_gb: variable('nutanix_disk_size'),
        }),
      ],
    ),
    block(['vm_nics'], [attributes({ subnet_name: variable('nutanix_subnet') })]),
    attributes({ user_data: SEED_BASE64, shutdown_command: POWER_OFF }),
  ],
};
