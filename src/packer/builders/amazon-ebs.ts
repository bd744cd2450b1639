import { attributes, block, variable } from '../../text/hcl.ts';
import { diskGiB, type Builder } from '../builder.ts';
import { whole } from '../variables.ts';
import { amazonSource, amazonVariables, gp3, plugin, publisher } from './amazon.ts';

export const amazonEbs: Builder = {
  name: 'amazon-ebs',
  title: 'AWS, from the distribution’s AMI',
  plugin,
  from: 'cloud-image',
  login: 'platform-key',
  makesFiles: false,
  variables: (machine) => [
    ...amazonVariables(machine),
    whole(
      'aws_disk_size',
      'Size of the disk, in GiB; at least that of the image to start from.',
      diskGiB(machine, 8),
      8,
    ),
  ],
  source: (machine) => [
    ...amazonSource,
    block(
      ['launch_block_device_mappings'],
      [attributes({ device_name: publisher(machine).root, volume_size: variable('aws_disk_size'), ...gp3 })],
    ),
  ],
};
