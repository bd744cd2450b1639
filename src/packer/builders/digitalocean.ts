import type { OsId } from '../../plan/plan.ts';
import { attributes, variable } from '../../text/hcl.ts';
import { TAG_WORDS, type Builder } from '../builder.ts';
import { optional, required, secret } from '../variables.ts';

/** Slugs. Source: docs.digitalocean.com/reference/api, "List all distribution images". */
const IMAGES: Readonly<Record<OsId, string>> = {
  'debian-12': 'debian-12-x64',
  'debian-13': 'debian-13-x64',
  'ubuntu-22.04': 'ubuntu-22-04-x64',
  'ubuntu-24.04': 'ubuntu-24-04-x64',
  'ubuntu-26.04': 'ubuntu-26-04-x64',
  'rocky-9': 'rockylinux-9-x64',
  'rocky-10': 'rockylinux-10-x64',
};

export const digitalocean: Builder = {
  name: 'digitalocean',
  title: 'DigitalOcean, from its image',
  plugin: { name: 'digitalocean', source: 'github.com/digitalocean/digitalocean', version: '>= 1.1.0' },
  from: 'cloud-image',
  login: 'platform-key',
  makesFiles: false,
  variables: ({ os }) => [
    secret('digitalocean_token', 'Token of the API, with write access.', 'example'),
    required('digitalocean_region', 'Region to build in.', 'fra1'),
    optional(
      'digitalocean_size',
      'Size of the machine while it is built; its disk is the least that machines of the image need.',
      's-2vcpu-2gb',
    ),
    optional('digitalocean_image', 'Slug of the image to start from.', IMAGES[os.id]),
  ],
  source: () => [
    attributes({ api_token: variable('digitalocean_token'), region: variable('digitalocean_region') }),
    attributes(
      { snapshot_name: variable('image_name'), tags: TAG_WORDS },
      'Tags of the Droplet that the image is made in: older plugins have none for snapshots.',
    ),
    attributes({ image: variable('digitalocean_image'), size: variable('digitalocean_size') }),
  ],
};
