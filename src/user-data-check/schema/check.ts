import type { Diagnostic, Path } from '../../diagnostics/diagnostic.ts';
import { quote } from '../../diagnostics/printable.ts';
import { didYouMean } from '../../diagnostics/suggest.ts';
import { sayOf } from '../finding.ts';
import type { CloudConfig } from '../part.ts';
import { deprecations } from './deprecated.ts';
import { judgesFor } from './generations.ts';
import type { Judge } from './judge.ts';
import { mistakesIn, type Mistake } from './mistakes.ts';

/** What Debian's stable release has: what is deprecated later has no other form yet in older releases. */
const DEPRECATED_UNTIL = '25.1.4';

/** Keys of parts that the schemas don't list: how a part is merged, and on which machine of a group. (cloudinit/user_data.py) */
const KEYS_OF_PARTS = ['merge_how', 'merge_type', 'launch-index'];

/** Keys that are for the image's own configuration: it is too late for them in user-data. */
const FOR_THE_IMAGE: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['def_log_file', 'syslog_fix_perms', 'manual_cache_clean'].map((key) => [
      key,
      'it is a setting of the image; write it to /etc/cloud/cloud.cfg.d there',
    ]),
  ),
  network:
    'the network is up before user-data is read, and can’t be changed by it; give network-config to the datasource',
  datasource:
    'user-data comes from a datasource, so it can’t choose one; write it to /etc/cloud/cloud.cfg.d in the image',
  datasource_list:
    'user-data comes from a datasource, so it can’t choose one; write it to /etc/cloud/cloud.cfg.d in the image',
};

/** Judges cloud-config by the releases, of `all` of them, that a version lies at or between; without one by each. */
export function schemaCheck(
  all: readonly Judge[],
  version: string | undefined,
): (config: CloudConfig) => readonly Diagnostic[] {
  const generations = judgesFor(version);
  const judges = all.filter(({ generation }) => generations.includes(generation));
  const newest = all.at(-1);
  const known = [...new Set(all.flatMap(({ keys }) => keys)), ...KEYS_OF_PARTS];
  return (config) =>
    Object.entries(config.value).flatMap(([key, value]) => [
      ...keyCheck(config, key),
      ...valueCheck(config, key, value),
      ...(newest ? deprecations(newest, key, value, version ?? DEPRECATED_UNTIL) : []).map(
        ({ path, since, words }) =>
          sayOf(config, 'B705', path, `deprecated${since === '' ? '' : ` since cloud-init ${since}`}`, {
            at: 'key',
            hint: plain(words),
          }),
      ),
    ]);

  function keyCheck(config: CloudConfig, key: string): Diagnostic[] {
    const late = Object.hasOwn(FOR_THE_IMAGE, key) ? FOR_THE_IMAGE[key] : undefined;
    if (late !== undefined)
      return [
        sayOf(config, 'B710', [key], `cloud-init reads ${key} before user-data`, { at: 'key', hint: late }),
      ];
    if (known.includes(key)) {
      if (KEYS_OF_PARTS.includes(key) || judges.some(({ keys }) => keys.includes(key))) return [];
      return [
        sayOf(config, 'B710', [key], `no module of cloud-init ${version ?? ''} reads ${quote(key)}`, {
          at: 'key',
        }),
      ];
    }
    const hint = didYouMean(key, known);
    return [
      sayOf(config, 'B710', [key], `no module of cloud-init reads ${quote(key)}`, {
        at: 'key',
        ...(hint === undefined ? {} : { hint }),
      }),
    ];
  }

  function valueCheck(config: CloudConfig, key: string, value: unknown): Diagnostic[] {
    const found = judges.map((judge) => ({ judge, mistakes: mistakesIn(judge.errors(key, value)) }));
    const places = new Set(found.flatMap(({ mistakes }) => mistakes.map(placeOf)));
    return [...places].flatMap((place) => {
      const against = found.filter(({ mistakes }) => mistakes.some((one) => placeOf(one) === place));
      const latest = against.at(-1);
      const isOnlyOlder = against.length < judges.length && latest?.judge !== judges.at(-1);
      return (latest?.mistakes ?? [])
        .filter((one) => placeOf(one) === place)
        .map((mistake) => {
          const { path, at, message, hint, isUnquoted } = mistake;
          const where =
            against.length < judges.length
              ? ` (cloud-init ${against.map(({ judge }) => judge.generation).join(', ')})`
              : '';
          return sayOf(config, isUnquoted ? 'B711' : 'B704', path, `${message}${where}`, {
            ...(at === undefined ? {} : { at }),
            ...(hint === undefined ? {} : { hint }),
            severity: isOnlyOlder ? 'warning' : 'error',
          });
        });
    });
  }
}

const placeOf = ({ path }: Mistake): string => JSON.stringify(path satisfies Path);

/** Their text is for a documentation in reStructuredText. */
const plain = (words: string): string =>
  words
    .replace(/\*\*|``/g, '')
    .replace(/\.$/, '')
    .replace(/^Use/, 'use');
