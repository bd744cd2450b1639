import { attributes, block, variable } from '../../text/hcl.ts';
import { DESCRIPTION, diskGiB, TAGS, type Builder } from '../builder.ts';
import { optional, required, secret, whole } from '../variables.ts';

const FAMILY = { debian: 'debian', ubuntu: 'ubuntu', rocky: 'rockylinux' } as const;

export const alicloudEcs: Builder = {
  name: 'alicloud-ecs',
  title: 'Alibaba Cloud, from its image',
  plugin: { name: 'alicloud', source: 'github.com/hashicorp/alicloud', version: '>= 1.1.0' },
  from: 'cloud-image',
  login: 'platform-key',
  makesFiles: false,
  variables: (machine) => [
    required('alibaba_access_key', 'Access key.', 'example'),
    secret('alibaba_secret_key', 'Its secret.', 'example'),
    required('alibaba_region', 'Region to build in.', 'cn-hangzhou'),
    required(
      'alibaba_image',
      `ID of the region’s image of ${machine.os.title}.`,
      `${FAMILY[machine.os.family]}_${machine.os.version.replace('.', '_')}_x64_20G_alibase.vhd`,
    ),
    optional('alibaba_instance_type', 'Type of the machine while it is built.', 'ecs.g6.large'),
    whole('alibaba_disk_size', 'Size of the disk, in GiB.', diskGiB(machine, 20), 20),
  ],
  source: () => [
    attributes({
      access_key: variable('alibaba_access_key'),
      secret_key: variable('alibaba_secret_key'),
      region: variable('alibaba_region'),
    }),
    attributes({ image_name: variable('image_name'), image_description: DESCRIPTION, tags: TAGS }),
    attributes({
      source_image: variable('alibaba_image'),
      instance_type: variable('alibaba_instance_type'),
      io_optimized: true,
      internet_charge_type: 'PayByTraffic',
    }),
    block(
      ['system_disk_mapping'],
      [attributes({ disk_category: 'cloud_essd', disk_size: variable('alibaba_disk_size') })],
    ),
  ],
};
