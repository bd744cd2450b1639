import { quote } from '../../diagnostics/printable.ts';
import { spanAt } from '../../load/tree.ts';
import { sayOf } from '../finding.ts';
import type { ConfigRule } from './rule.ts';

const OF_THE_PART = new Set(['merge_how', 'merge_type', 'launch-index']);

/** A later part takes the place of a whole key of an earlier one, unless it says how to merge. (tried with cloud-init 22.4.2) */
export const partsKeepTheirKeys: ConfigRule = (config, { configs }) => {
  if (config.part.saysMerge || 'merge_how' in config.value || 'merge_type' in config.value) return [];
  const earlier = configs.slice(0, configs.indexOf(config));
  return Object.entries(config.value).flatMap(([key, value]) => {
    const [first] = earlier.filter((one) => Object.hasOwn(one.value, key));
    if (!first || typeof value !== 'object' || value === null || OF_THE_PART.has(key)) return [];
    const related = [{ message: 'this is lost', span: spanAt(first.tree, [key], 'key') }];
    return [
      sayOf(config, 'B709', [key], `takes the place of ${quote(key)} in ${first.part.name}`, {
        at: 'key',
        related,
        hint: 'merge_how: [{name: list, settings: [append]}, {name: dict, settings: [no_replace, recurse_list]}]',
      }),
    ];
  });
};
