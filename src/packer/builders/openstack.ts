import { attributes, block, variable } from '../../text/hcl.ts';
import { beside, diskGiB, TAGS, type Builder } from '../builder.ts';
import { list, optional, required, secret, whole } from '../variables.ts';

export const openstack: Builder = {
  name: 'openstack',
  title: 'OpenStack, from a cloud image in Glance',
  plugin: { name: 'openstack', source: 'github.com/hashicorp/openstack', version: '>= 1.1.2' },
  from: 'cloud-image',
  login: 'platform-key',
  makesFiles: false,
  variables: (machine) => [
    required(
      'openstack_auth_url',
      'Address of Keystone’s API, with /v3.',
      'https://keystone.example.com:5000/v3',
    ),
    required('openstack_username', 'User.', 'packer'),
    secret('openstack_password', 'Password of the user.', 'example'),
    required('openstack_project', 'Project to build in.', 'images'),
    optional('openstack_domain', 'Domain of the user and the project.', 'Default'),
    optional('openstack_region', 'Region to build in.', 'RegionOne'),
    required(
      'openstack_image',
      `Name of ${machine.os.title}’s cloud image; the newest of that name is taken.`,
      machine.os.id,
    ),
    optional('openstack_flavor', 'Flavor of the machine while it is built.', 'm1.medium'),
    list('openstack_networks', 'UUIDs of networks of the machine.', ['00000000-0000-0000-0000-000000000000']),
    optional('openstack_floating_network', 'Network that the machine gets a floating address of.', 'public'),
    {
      name: 'openstack_security_groups',
      type: 'list(string)',
      description: 'Security groups; one must let Packer in by SSH.',
      default: ['default'],
    },
    whole('openstack_min_disk', 'Disk that machines of the image need, in GiB.', diskGiB(machine), 1),
  ],
  source: () => [
    attributes({
      identity_endpoint: variable('openstack_auth_url'),
      username: variable('openstack_username'),
      password: variable('openstack_password'),
      tenant_name: variable('openstack_project'),
      domain_name: variable('openstack_domain'),
      region: variable('openstack_region'),
    }),
    attributes({
      image_name: variable('image_name'),
      image_min_disk: variable('openstack_min_disk'),
      metadata: TAGS,
    }),
    attributes({
      flavor: variable('openstack_flavor'),
      networks: variable('openstack_networks'),
      security_groups: variable('openstack_security_groups'),
      floating_ip_network: variable('openstack_floating_network'),
      config_drive: true,
      user_data_file: beside('cloud/user-data'),
    }),
    block(
      ['source_image_filter'],
      [
        block(['filters'], [attributes({ name: variable('openstack_image') })]),
        attributes({ most_recent: true }),
      ],
    ),
  ],
};
