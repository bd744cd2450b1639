import { yamlText } from '../text/yaml.ts';
import type { FormInput } from './form.ts';

/**
 * What cloud-init's VMware source reads, in order: names and values without a line break. Without an identity only user-data: the
 * machine's UUID is its instance id then. (cloud-init documentation, "VMware")
 */
export function guestinfo({
  identity,
  payload,
}: FormInput): readonly (readonly [name: string, value: string])[] {
  const metaData = identity && {
    'instance-id': identity.instanceId,
    'local-hostname': identity.hostname,
    ...(identity.network ? { network: { ...identity.network } } : {}),
  };
  return [
    ...(metaData
      ? ([
          ['guestinfo.metadata', Buffer.from(yamlText(metaData)).toString('base64')],
          ['guestinfo.metadata.encoding', 'base64'],
        ] as const)
      : []),
    ['guestinfo.userdata', payload.bytes.toString('base64')],
    ['guestinfo.userdata.encoding', payload.kind === 'gzip' ? 'gzip+base64' : 'base64'],
  ];
}
