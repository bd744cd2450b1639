import { sayOf } from '../finding.ts';
import { mappingOf, type ConfigRule } from './rule.ts';

/** `$INSTANCE_ID` in the address is the old way. (cc_phone_home's documentation) */
export const phoneHomeKnowsWho: ConfigRule = (config) => {
  const { url } = mappingOf(config.value['phone_home']);
  if (typeof url !== 'string' || !/\$\{?INSTANCE_ID\b/.test(url)) return [];
  return [
    sayOf(config, 'B705', ['phone_home', 'url'], 'deprecated: $INSTANCE_ID', {
      hint: '## template: jinja as the first line, and {{ v1.instance_id }}',
    }),
  ];
};
