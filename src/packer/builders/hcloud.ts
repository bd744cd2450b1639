import { attributes, variable } from '../../text/hcl.ts';
import { LABELS, type Builder } from '../builder.ts';
import { optional, secret } from '../variables.ts';

/**
 * Hetzner's images have the names that we have (docs.hetzner.cloud, "Images"): debian-13, ubuntu-24.04, rocky-9; rocky-10 is not verified. Types of servers go away
 * (docs.hetzner.cloud/changelog, 2025-10-16, "Server types deprecated": cx22 until January 2026, cx23 in its place).
 */
export const hcloud: Builder = {
  name: 'hcloud',
  title: 'Hetzner Cloud, from its image',
  plugin: { name: 'hcloud', source: 'github.com/hetznercloud/hcloud', version: '>= 1.2.0' },
  from: 'cloud-image',
  login: 'platform-key',
  makesFiles: false,
  variables: ({ os }) => [
    secret('hcloud_token', 'Token of the API, with write access.', 'example'),
    optional('hcloud_location', 'Location to build in.', 'nbg1'),
    optional(
      'hcloud_server_type',
      'Type of the machine while it is built; its disk is the least that machines of the image need.',
      'cx23',
    ),
    optional('hcloud_image', 'Name of the image to start from.', os.id),
  ],
  source: () => [
    attributes({ token: variable('hcloud_token'), location: variable('hcloud_location') }),
    attributes({ snapshot_name: variable('image_name'), snapshot_labels: LABELS }),
    attributes({ image: variable('hcloud_image'), server_type: variable('hcloud_server_type') }),
  ],
};
