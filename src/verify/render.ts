import { formatOrigin } from '../source/source.ts';
import type { CheckResult, Where } from './result.ts';

/** The few colours a table needs; {@link PLAIN} for NO_COLOR and pipes. */
export interface Palette {
  readonly pass: (text: string) => string;
  readonly fail: (text: string) => string;
  readonly skip: (text: string) => string;
  readonly dim: (text: string) => string;
}

const same = (text: string) => text;

export const PLAIN: Palette = { pass: same, fail: same, skip: same, dim: same };

const WORDS = { pass: 'ok', fail: 'FAILED', skip: 'skipped' } as const;

/** What every output about an image with stand-ins says. */
export const STAND_INS = 'STAND-INS take the place of Kubernetes in this image.';

export interface TableOptions {
  readonly palette?: Palette;
  /** Those that passed, too. */
  readonly all?: boolean;
  readonly standIn?: boolean;
}

/** More checks of one place that failed for one and the same reason are told as one. */
const REPEATS = 3;

/**
 * For people: a heading for each place, a line for each check that needs attention with what was found
 * and the profile's line, and a count of those that passed. `all` lists those too.
 */
export function renderTable(
  results: readonly CheckResult[],
  { palette = PLAIN, all = false, standIn = false }: TableOptions = {},
): string {
  const places = [...new Set(results.map((result) => result.where))];
  const blocks = places.map((where) => {
    const here = results.filter((result) => result.where === where);
    const shown = all ? here : here.filter((result) => result.status !== 'pass');
    return [headingOf(where, here, palette), ...grouped(shown).map((group) => linesOf(group, palette))].join(
      '\n',
    );
  });
  return `${standIn ? `${STAND_INS}\n\n` : ''}${blocks.join('\n\n')}\n`;
}

function headingOf(where: Where, results: readonly CheckResult[], palette: Palette): string {
  const counts = (['pass', 'fail', 'skip'] as const).flatMap((status) => {
    const count = results.filter((result) => result.status === status).length;
    return count === 0 ? [] : [palette[status](`${count} ${WORDS[status]}`)];
  });
  return `${where}: ${counts.join(', ')}`;
}

/** Results that stand together because they failed for the same reason; most stand alone. */
type Group = readonly [CheckResult, ...CheckResult[]];

function grouped(results: readonly CheckResult[]): readonly Group[] {
  const reasons = new Map<string, [CheckResult, ...CheckResult[]]>();
  const groups: [CheckResult, ...CheckResult[]][] = [];
  for (const result of results) {
    const reason = result.status === 'fail' && result.detail !== undefined ? result.detail : undefined;
    const group = reason === undefined ? undefined : reasons.get(reason);
    if (group) {
      group.push(result);
      continue;
    }
    const started: [CheckResult, ...CheckResult[]] = [result];
    groups.push(started);
    if (reason !== undefined) reasons.set(reason, started);
  }
  return groups.flatMap((group): Group[] =>
    group.length > REPEATS ? [group] : group.map((result): Group => [result]),
  );
}

function linesOf([first, ...others]: Group, palette: Palette): string {
  const { title, origin, status, detail } = first;
  const word = palette[status](WORDS[status].padEnd(8));
  const from = origin ? palette.dim(`  ${formatOrigin(origin)}`) : '';
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  const details = (detail ?? '').split('\n').filter((line) => line !== '');
  return [`  ${word}${title}${more}${from}`, ...details.map((line) => `          ${palette.dim(line)}`)].join(
    '\n',
  );
}

/** For test harnesses: TAP version 13, the place in front of the title. */
export function renderTap(
  results: readonly CheckResult[],
  { standIn = false }: { readonly standIn?: boolean } = {},
): string {
  const points = results.map(({ status, title, where, detail, origin }, index) => {
    const ok = status === 'fail' ? 'not ok' : 'ok';
    const name = `${where}: ${title}`.replace(/\s+/g, ' ').replaceAll('#', '\\#');
    const skip = status === 'skip' ? ' # SKIP' : '';
    const about = [...(origin ? [formatOrigin(origin)] : []), ...(detail ?? '').split('\n').filter(Boolean)];
    return [`${ok} ${index + 1} - ${name}${skip}`, ...about.map((line) => `# ${line}`)].join('\n');
  });
  return `${['TAP version 13', ...(standIn ? [`# ${STAND_INS}`] : []), `1..${results.length}`, ...points].join('\n')}\n`;
}

/** For programs. */
export interface VerifyJson {
  readonly format: 'bake/verify/v1';
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly results: readonly CheckResult[];
}

/** Plain data, ready for JSON.stringify. */
export function toJson(results: readonly CheckResult[]): VerifyJson {
  const count = (status: CheckResult['status']) =>
    results.filter((result) => result.status === status).length;
  return {
    format: 'bake/verify/v1',
    passed: count('pass'),
    failed: count('fail'),
    skipped: count('skip'),
    results,
  };
}
