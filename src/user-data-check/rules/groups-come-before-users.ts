import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { quote } from '../../diagnostics/printable.ts';
import { sayOf } from '../finding.ts';
import { userNames } from './files-come-at-the-right-time.ts';
import { GROUPS, packagesOf } from './packages.ts';
import { itemsOf, mappingOf, type ConfigRule } from './rule.ts';

/**
 * Users are made before packages. cloud-init makes the groups in `groups` that are not there, and with them `primary_group`; it
 * does not with `create_groups: false`, nor of a `primary_group` alone, and then useradd fails. (distros/__init__.py, add_user)
 */
export const groupsComeBeforeUsers: ConfigRule = (config, { configs }) => {
  const there = new Set(configs.flatMap(userNames));
  const late = new Map(
    configs
      .flatMap(packagesOf)
      .flatMap(({ name }) =>
        (Object.hasOwn(GROUPS, name) ? (GROUPS[name] ?? []) : []).map((group) => [group, name]),
      )
      .filter(([group = '']) => !there.has(group)) as [string, string][],
  );
  return itemsOf(config.value['users']).flatMap((user, i): Diagnostic[] => {
    const { name, groups, primary_group: primary, create_groups: makes } = mappingOf(user);
    const wanted = namesIn(groups);
    const keys: readonly (readonly [key: string, names: readonly string[]])[] = [
      ['groups', makes === false ? wanted : []],
      ['primary_group', makes === false || wanted.length === 0 ? namesIn(primary) : []],
    ];
    for (const [key, names] of keys) {
      const group = names.find((one) => late.has(one));
      if (group === undefined) continue;
      const who = typeof name === 'string' ? `, and there is no ${quote(name)}` : '';
      const message = `users are made before ${quote(late.get(group) ?? '')} brings ${quote(group)}: useradd fails${who}`;
      const hint =
        makes === false
          ? 'delete create_groups: false, or make the group first: groups: at the top'
          : 'make the group first: groups: at the top';
      const path = [
        'users',
        i,
        key,
        ...(Array.isArray(groups) && key === 'groups' ? [names.indexOf(group)] : []),
      ];
      return [sayOf(config, 'B709', path, message, { severity: 'error', hint })];
    }
    return [];
  });
};

/** Names in a list, in text with commas, or as keys. */
const namesIn = (value: unknown): readonly string[] =>
  (typeof value === 'string'
    ? value.split(',')
    : Array.isArray(value)
      ? value.map(String)
      : Object.keys(mappingOf(value))
  )
    .map((name) => name.trim())
    .filter((name) => name !== '');
