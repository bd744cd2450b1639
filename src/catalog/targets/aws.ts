import type { Target } from './target.ts';

export const aws: Target = {
  title: 'AWS',
  datasources: ['Ec2'],
  userData: {
    limit: { bytes: 16_384, counts: 'payload' },
    encodings: ['plain', 'gzip', 'base64', 'gzip+base64'],
  },
  forms: [
    { form: 'text', paste: 'EC2: Launch instance, Advanced details, User data' },
    {
      form: 'base64',
      paste:
        'the same field with “already base64 encoded” ticked; UserData of RunInstances and of launch templates',
    },
    { form: 'cli', paste: 'a shell with the aws client; set AMI, TYPE and SUBNET' },
    { form: 'mime', paste: 'the field User data, with parts of your own' },
  ],
  cli: {
    words: [
      ...[
        'aws',
        'ec2',
        'run-instances',
        '--image-id',
        '$AMI',
        '--instance-type',
        '$TYPE',
        '--subnet-id',
        '$SUBNET',
      ],
      ...['--tag-specifications', 'ResourceType=instance,Tags=[{Key=Name,Value={name}}]'],
      ...['--metadata-options', 'HttpTokens=required', '--user-data', 'fileb:///dev/stdin'],
    ],
    binary: true,
  },
  media: [],
  metaData: 'metadata service: instance-id, local-hostname',
  networkConfig: 'metadata service; applied again for a new instance, and when an interface is added',
  images: {
    formats: ['raw', 'vmdk', 'vhd', 'ova'],
    note: 'by import-snapshot or import-image; Packer makes an AMI by itself',
  },
  guest: {
    packages: { debian: [], ubuntu: [], rocky: [] },
    drivers: ['nvme', 'ena', 'xen_blkfront', 'xen_netfront'],
  },
  packer: ['amazon-ebs', 'amazon-ebssurrogate'],
  notes: [
    'The 16 KiB are of what is there before base64; a launch template of Auto Scaling takes 21,847 characters of base64.',
    'With a cloud provider for AWS the node’s name must be the private DNS name: leave the host name alone.',
  ],
  sources: [
    'Amazon EC2 user guide, "Run commands when you launch an EC2 instance"',
    'cloud-init documentation, "Amazon EC2"',
  ],
};
