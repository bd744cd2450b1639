import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { sayOf } from '../finding.ts';
import { mappingOf, type ConfigRule } from './rule.ts';

/** Archives whose keys come with the system. */
const OF_THE_SYSTEM =
  /\$(?:MIRROR|PRIMARY|SECURITY)\b|\b(?:deb|security|archive|ports|deb\.freexian)\.(?:debian|ubuntu)\.(?:org|com)\b|\/(?:debian|ubuntu)(?:-security|-ports)?\/?\s/;

/** Who says that a package is the maker's? (sources.list(5), dnf.conf(5)) */
export const sourcesAreSigned: ConfigRule = (config) => [
  ...Object.entries(mappingOf(mappingOf(config.value['apt'])['sources'])).flatMap(
    ([name, entry]): Diagnostic[] => {
      const { source, key, keyid } = mappingOf(entry);
      const path = ['apt', 'sources', name];
      const found: Diagnostic[] = [];
      if (typeof keyid === 'string' && /^(?:0x)?[0-9a-f]{8}$/i.test(keyid.replace(/\s/g, '')))
        found.push(
          sayOf(
            config,
            'B714',
            [...path, 'keyid'],
            'eight digits of a key are shared by keys that others have made on purpose',
            {
              hint: 'give the whole fingerprint, 40 digits',
            },
          ),
        );
      if (typeof source !== 'string') return found;
      if (/\btrusted\s*=\s*yes\b/.test(source))
        found.push(
          sayOf(config, 'B714', [...path, 'source'], 'trusted=yes: nobody looks at signatures', {
            hint: 'give the key: key: or keyid:',
          }),
        );
      else if (
        /^\s*deb\b/.test(source) &&
        key === undefined &&
        keyid === undefined &&
        !/signed-by/.test(source) &&
        !OF_THE_SYSTEM.test(source)
      )
        found.push(
          sayOf(config, 'B714', [...path, 'source'], 'a source without a key: apt refuses its packages', {
            hint: 'give the key: key: or keyid:, and [signed-by=$KEY_FILE]',
          }),
        );
      return found;
    },
  ),
  ...Object.entries(mappingOf(config.value['yum_repos'])).flatMap(([name, repository]) =>
    [false, 0, '0', 'no', 'false'].includes(mappingOf(repository)['gpgcheck'] as string | number | boolean)
      ? [
          sayOf(
            config,
            'B714',
            ['yum_repos', name, 'gpgcheck'],
            'nobody looks at signatures of this source',
            { hint: 'gpgcheck: true, and gpgkey: with its address' },
          ),
        ]
      : [],
  ),
];
