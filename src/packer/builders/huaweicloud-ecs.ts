import { attributes, variable } from '../../text/hcl.ts';
import { DESCRIPTION, diskGiB, LABELS, type Builder } from '../builder.ts';
import { list, optional, required, secret, whole } from '../variables.ts';

/** What stands around the version in the names of images. */
const NAME = {
  debian: ['Debian', 'server 64bit'],
  ubuntu: ['Ubuntu', 'server 64bit'],
  rocky: ['Rocky Linux', '64bit'],
} as const;

export const huaweicloudEcs: Builder = {
  name: 'huaweicloud-ecs',
  title: 'Huawei Cloud, from its image',
  plugin: {
    name: 'huaweicloud',
    source: 'github.com/huaweicloud/huaweicloud',
    version: '>= 1.0.0',
    neverInside: true,
  },
  from: 'cloud-image',
  login: 'platform-key',
  makesFiles: false,
  variables: (machine) => [
    required('huawei_access_key', 'Access key.', 'example'),
    secret('huawei_secret_key', 'Its secret.', 'example'),
    required('huawei_region', 'Region to build in.', 'ap-southeast-1'),
    required('huawei_zone', 'Availability zone to build in.', 'ap-southeast-1a'),
    required(
      'huawei_image',
      `Name of the public image of ${machine.os.title}.`,
      NAME[machine.os.family].join(` ${machine.os.version} `),
    ),
    optional('huawei_flavor', 'Flavor of the machine while it is built.', 's6.large.2'),
    required('huawei_vpc', 'ID of the machine’s VPC.', '00000000-0000-0000-0000-000000000000'),
    list('huawei_subnets', 'IDs of its subnets.', ['00000000-0000-0000-0000-000000000000']),
    list('huawei_security_groups', 'IDs of its security groups; one must let Packer in by SSH.', [
      '00000000-0000-0000-0000-000000000000',
    ]),
    whole('huawei_disk_size', 'Size of the disk, in GiB.', diskGiB(machine, 40), 40),
  ],
  source: () => [
    attributes({
      access_key: variable('huawei_access_key'),
      secret_key: variable('huawei_secret_key'),
      region: variable('huawei_region'),
      availability_zone: variable('huawei_zone'),
    }),
    attributes(
      { image_name: variable('image_name'), image_description: DESCRIPTION, image_tags: LABELS },
      'Letters, digits, _, . and - are all that a tag takes (IMS API, "Image Tag Data Formats").',
    ),
    attributes({
      source_image_name: variable('huawei_image'),
      flavor: variable('huawei_flavor'),
      volume_size: variable('huawei_disk_size'),
      vpc_id: variable('huawei_vpc'),
      subnets: variable('huawei_subnets'),
      security_groups: variable('huawei_security_groups'),
      eip_type: '5_bgp',
      eip_bandwidth_size: 5,
      ssh_ip_version: '4',
    }),
  ],
};
