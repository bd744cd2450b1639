import { attributes, block, variable } from '../../text/hcl.ts';
import type { Builder } from '../builder.ts';
import { amazonSource, amazonVariables, gp3, plugin, publisher } from './amazon.ts';

export const amazonEbs: Builder = {
  name: 'amazon-ebs',
  title: 'AWS, from the distribution’s AMI',
  plugin,
  from: 'cloud-image',
  login: 'platform-key',
  makesFiles: false,
  variables: amazonVariables,
  source: (machine) => [
    ...amazonSource,
    block(
      ['launch_block_device_mappings'],
      [attributes({ device_name: publisher(machine).root, volume_size: variable('aws_disk_size'), ...gp3 })],
    ),
  ],
};
