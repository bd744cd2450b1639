import { attributes, block, expression, hclTemplate, variable } from '../../text/hcl.ts';
import { beside, diskMiB, POWER_OFF, type Builder } from '../builder.ts';
import { cloudImage } from '../stock-images.ts';
import { choice, machineSize, optional, output } from '../variables.ts';

export const qemu: Builder = {
  name: 'qemu',
  title: 'QEMU, from a cloud image',
  plugin: { name: 'qemu', source: 'github.com/hashicorp/qemu', version: '>= 1.1.0' },
  from: 'cloud-image',
  login: 'build-key',
  makesFiles: true,
  variables: (machine) => {
    const { url, checksum } = cloudImage(machine);
    return [
      output,
      ...machineSize,
      optional('qemu_image', `Cloud image of ${machine.os.title} to start from: an address or a path.`, url),
      optional(
        'qemu_image_checksum',
        'Its checksum: sha256:HEX, or file:URL of a list of checksums.',
        checksum,
      ),
      choice('qemu_accelerator', 'How QEMU runs the machine: kvm, or tcg (emulated, many times slower).', [
        'kvm',
        'tcg',
        'hvf',
      ]),
      optional('qemu_disk_size', 'Size of the image’s disk; a number with M or G.', `${diskMiB(machine)}M`),
      optional(
        'qemu_console',
        'File for what the machine says on its serial console: the first thing to read when Packer can’t log in.',
        '/dev/null',
      ),
    ];
  },
  source: () => [
    attributes({
      iso_url: variable('qemu_image'),
      iso_checksum: variable('qemu_image_checksum'),
      disk_image: true,
    }),
    attributes({
      output_directory: hclTemplate`${variable('output')}/qemu`,
      vm_name: hclTemplate`${variable('image_name')}.qcow2`,
      format: 'qcow2',
      disk_size: variable('qemu_disk_size'),
      disk_compression: true,
    }),
    block(['qemu_img_args'], [attributes({ convert: ['-o', 'compression_type=zstd', '-W'] })]),
    attributes({
      accelerator: variable('qemu_accelerator'),
      cpus: variable('cpus'),
      memory: variable('memory'),
      headless: true,
      disk_interface: 'virtio',
      net_device: 'virtio-net',
    }),
    attributes(
      { disk_cache: 'unsafe' },
      'A build that fails is thrown away, so nothing has to reach the disk before the end.',
    ),
    attributes(
      {
        qemuargs: [
          ['-cpu', 'max,la57=off'],
          ['-serial', expression('"file:${var.qemu_console}"')],
        ],
      },
      '`max` is all that the accelerator has; QEMU’s default is older than distributions’ newest programs. A fifth level of page\ntables would only cost an emulated machine time.',
    ),
    attributes({ cd_label: 'cidata', cd_files: [beside('seed/user-data'), beside('seed/meta-data')] }),
    attributes({ shutdown_command: POWER_OFF }),
  ],
};
