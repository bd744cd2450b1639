import { attributes, block, variable } from '../../text/hcl.ts';
import type { Builder } from '../builder.ts';
import { required } from '../variables.ts';
import { amazonSource, amazonVariables, gp3, plugin } from './amazon.ts';

/** As the instance is told; it has a name of its own for it (NVMe), so write-disk.sh looks for the one that is empty. */
const DEVICE = '/dev/xvdf';

/**
 * The better way where there is an image of the local builder: it is written to an empty volume, and the AMI is that image to
 * the byte, with its partitions and both boot loaders, and nothing is provisioned twice.
 */
export const amazonEbssurrogate: Builder = {
  name: 'amazon-ebssurrogate',
  title: 'AWS, from an image that bake has made here',
  plugin,
  from: 'baked-disk',
  login: 'platform-key',
  makesFiles: false,
  variables: (machine) => [
    ...amazonVariables(machine),
    required('baked_image', 'Path of the image (qcow2) that bake has made.', 'worker.qcow2'),
  ],
  source: () => [
    ...amazonSource,
    attributes({ ami_virtualization_type: 'hvm', ena_support: true }),
    block(
      ['launch_block_device_mappings'],
      [attributes({ device_name: DEVICE, volume_size: variable('aws_disk_size'), ...gp3 })],
    ),
    block(
      ['ami_root_device'],
      [
        attributes({
          source_device_name: DEVICE,
          device_name: '/dev/xvda',
          volume_size: variable('aws_disk_size'),
          volume_type: 'gp3',
          delete_on_termination: true,
        }),
      ],
    ),
  ],
};
