import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { sayOf } from '../finding.ts';
import { isOfTheSystem } from './archives-of-the-system.ts';
import { mappingOf, type ConfigRule } from './rule.ts';

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
      else if (key === undefined && keyid === undefined) {
        const lines = source.trimEnd().split('\n');
        const line = lines.findIndex(
          (text) => /^\s*deb\b/.test(text) && !/signed-by/.test(text) && !isOfTheSystem(text),
        );
        if (line !== -1)
          found.push(
            sayOf(config, 'B714', [...path, 'source'], 'a source without a key: apt refuses its packages', {
              hint: 'give the key: key: or keyid:, and [signed-by=$KEY_FILE]',
              ...(lines.length > 1 && { line }),
            }),
          );
      }
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
