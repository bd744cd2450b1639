import { attributes, variable } from '../../text/hcl.ts';
import { DESCRIPTION, TAG_WORDS, type Builder } from '../builder.ts';
import { optional, required, secret } from '../variables.ts';

export const vultr: Builder = {
  name: 'vultr',
  title: 'Vultr, from its image',
  plugin: { name: 'vultr', source: 'github.com/vultr/vultr', version: '>= 2.5.0', neverInside: true },
  from: 'cloud-image',
  login: 'platform-key',
  makesFiles: false,
  variables: ({ os }) => [
    secret('vultr_api_key', 'Key of the API.', 'example'),
    required('vultr_region', 'Region to build in.', 'fra'),
    optional(
      'vultr_plan',
      'Plan of the machine while it is built; its disk is the least that machines of the image need.',
      'vc2-2c-4gb',
    ),
    {
      name: 'vultr_os_id',
      type: 'number',
      description: `Number of ${os.title} (x64) in the list of api.vultr.com/v2/os.`,
      example: 2284,
      validation: {
        condition: 'var.vultr_os_id > 0',
        message: 'The value of vultr_os_id must be a number of Vultr’s list.',
      },
    },
  ],
  source: () => [
    attributes({ api_key: variable('vultr_api_key'), region_id: variable('vultr_region') }),
    attributes({ plan_id: variable('vultr_plan'), os_id: variable('vultr_os_id'), tags: TAG_WORDS }),
    attributes({ snapshot_description: DESCRIPTION }, 'A snapshot has no other name, and no tags.'),
  ],
};
