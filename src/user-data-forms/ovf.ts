import { yamlText } from '../text/yaml.ts';
import type { FormInput } from './form.ts';

/**
 * Properties that cloud-init's OVF source reads, by their keys. Its network-config has `network` at the top, other than NoCloud's.
 * (cloud-init documentation, "OVF"; 21.3 and newer for the network)
 */
export function ovfProperties({
  identity,
  payload,
}: Pick<FormInput, 'identity' | 'payload'>): Readonly<Record<string, string>> {
  return {
    ...(identity ? { 'instance-id': identity.instanceId, hostname: identity.hostname } : {}),
    'user-data': payload.bytes.toString('base64'),
    ...(identity?.network
      ? { 'network-config': Buffer.from(yamlText({ network: { ...identity.network } })).toString('base64') }
      : {}),
  };
}
