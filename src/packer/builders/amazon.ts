import type { OsId } from '../../plan/plan.ts';
import { attributes, block, variable, type HclBody } from '../../text/hcl.ts';
import { beside, DESCRIPTION, diskGiB, TAGS, type MachineFacts, type Variable } from '../builder.ts';
import { optional, required, whole } from '../variables.ts';

/**
 * What both builders share. Credentials come the way of AWS's own tools: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or
 * the role of the machine that Packer runs on (packer-plugin-amazon, "Authentication").
 */
export const plugin = { name: 'amazon', source: 'github.com/hashicorp/amazon', version: '>= 1.2.0' } as const;

/**
 * Who publishes images, under which names, what their root device is called, and its size in GiB. Sources:
 * wiki.debian.org/Cloud/AmazonEC2Image; documentation.ubuntu.com/aws, "Find Ubuntu images on AWS"; rockylinux.org/download, "AWS"
 * (its own account, not the marketplace's), the root device of its images not verified.
 */
const PUBLISHERS = {
  debian: { owner: '136693071363', root: '/dev/xvda', disk: 8 },
  ubuntu: { owner: '099720109477', root: '/dev/sda1', disk: 8 },
  rocky: { owner: '792107900819', root: '/dev/sda1', disk: 10 },
} as const;
const IMAGES: Readonly<Record<OsId, string>> = {
  'debian-12': 'debian-12-amd64-*',
  'debian-13': 'debian-13-amd64-*',
  'ubuntu-22.04': 'ubuntu/images/*ubuntu-jammy-22.04-amd64-server-*',
  'ubuntu-24.04': 'ubuntu/images/*ubuntu-noble-24.04-amd64-server-*',
  'ubuntu-26.04': 'ubuntu/images/*ubuntu-resolute-26.04-amd64-server-*',
  'rocky-9': 'Rocky-9-EC2-Base-*.x86_64',
  'rocky-10': 'Rocky-10-EC2-Base-*.x86_64',
};

export const publisher = ({ os }: MachineFacts) => PUBLISHERS[os.family];

export const amazonVariables = (machine: MachineFacts): readonly Variable[] => [
  required('aws_region', 'Region to build in.', 'eu-central-1'),
  optional('aws_instance_type', 'Type of the machine while it is built.', 't3.medium'),
  optional(
    'aws_image',
    `Name of the image to start from, with *; the newest is taken.`,
    IMAGES[machine.os.id],
  ),
  whole(
    'aws_disk_size',
    'Size of the disk, in GiB; at least that of the image that it starts from.',
    diskGiB(machine, publisher(machine).disk),
    publisher(machine).disk,
  ),
  {
    name: 'aws_image_owners',
    type: 'list(string)',
    description: 'Accounts that may have published it.',
    default: [publisher(machine).owner],
    validation: {
      condition: 'length(var.aws_image_owners) > 0',
      message: 'The value of aws_image_owners must name somebody: anybody can publish an image of that name.',
    },
  },
];

export const amazonSource: HclBody = [
  attributes({ region: variable('aws_region'), instance_type: variable('aws_instance_type') }),
  attributes({ ami_name: variable('image_name'), ami_description: DESCRIPTION }),
  attributes({ tags: TAGS, snapshot_tags: TAGS, run_tags: TAGS }),
  attributes({ user_data_file: beside('cloud/user-data') }),
  block(
    ['source_ami_filter'],
    [
      attributes({
        filters: {
          name: variable('aws_image'),
          'root-device-type': 'ebs',
          'virtualization-type': 'hvm',
        },
        owners: variable('aws_image_owners'),
        most_recent: true,
      }),
    ],
  ),
];

/** gp3 with what it costs nothing to have; Packer 1.6 wants both numbers said. */
export const gp3 = { volume_type: 'gp3', iops: 3000, throughput: 125, delete_on_termination: true } as const;
