import type { ImageReader } from '../image/reader.ts';
import type { CheckResult } from '../result.ts';
import type { Finding } from './hygiene-rule.ts';
import { HYGIENE_RULES } from './hygiene-rules.ts';

/** More than this many findings of a rule are counted, not listed. */
const SHOWN = 5;

/**
 * Asks every rule. `expectedPaths` are files that the plan puts there on purpose (an
 * authorized_keys, a proxy setting, a resolv.conf): no left-over, so plannable rules pass over them.
 */
export async function checkHygiene(
  reader: ImageReader,
  expectedPaths: ReadonlySet<string>,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const { name, title, reason, plannable, find } of HYGIENE_RULES) {
    const found = (await find(reader)).filter(({ path }) => !(plannable && expectedPaths.has(path)));
    const base = { id: `hygiene/${name}`, title, where: 'offline' } as const;
    results.push(
      found.length === 0
        ? { ...base, status: 'pass' }
        : { ...base, status: 'fail', detail: `${describe(found)} (${reason})` },
    );
  }
  return results;
}

function describe(found: readonly Finding[]): string {
  const shown = found
    .slice(0, SHOWN)
    .map(({ path, what }) => (what === undefined ? path : `${path}: ${what}`));
  const more = found.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
