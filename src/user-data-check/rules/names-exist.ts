import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { didYouMean } from '../../diagnostics/suggest.ts';
import { isZone } from '../../validate/rules/time-zone-exists.ts';
import { sayOf } from '../finding.ts';
import { FILLED } from '../part.ts';
import type { ConfigRule } from './rule.ts';

/** RFC 1123, 2.1. */
const HOST_NAME = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\.?$/i;

/** Names of hosts and time zones. */
export const namesExist: ConfigRule = (config) => {
  const { hostname, fqdn, timezone, preserve_hostname: isPreserved } = config.value;
  const found: Diagnostic[] = [];
  for (const [key, name] of Object.entries({ hostname, fqdn }))
    if (typeof name === 'string' && !name.includes(FILLED) && !/\{[{%]/.test(name)) {
      if (!HOST_NAME.test(name) || name.length > 253)
        found.push(
          sayOf(
            config,
            'B713',
            [key],
            'no name of a host: letters, digits and hyphens, at most 63 between dots',
            {
              hint: 'the kubelet and DNS refuse others',
            },
          ),
        );
      if (isPreserved === true)
        found.push(
          sayOf(config, 'B710', [key], `preserve_hostname: true keeps cloud-init from setting the ${key}`, {
            at: 'key',
            hint: 'delete one of them',
          }),
        );
    }
  if (typeof timezone === 'string' && !timezone.includes(FILLED) && !isZone(timezone)) {
    const hint = didYouMean(timezone, Intl.supportedValuesOf('timeZone')) ?? 'write Etc/UTC or Asia/Shanghai';
    found.push(sayOf(config, 'B713', ['timezone'], 'there is no such time zone', { hint }));
  }
  return found;
};
