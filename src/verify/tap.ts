/** One line `ok` or `not ok`, with what was said about it. */
export interface TapPoint {
  readonly ok: boolean;
  readonly title: string;
  /** Why it was skipped; a skipped point is `ok`. */
  readonly skipped?: string;
  readonly detail?: string;
}

/** What a TAP producer reported (testanything.org, version 13; sub-tests are not read). */
export interface TapReport {
  /** How many points it announced by `1..N`; `undefined` if it never said. */
  readonly announced?: number;
  readonly points: readonly TapPoint[];
  /** Why it gave up (`Bail out!`). */
  readonly bailedOut?: string;
}

/** Producers end with a count, which belongs to no point: `# 12 checks, 3 failed`, `# pass 9`. */
const SUMMARY = /^# (\d+ \w+, \d+ failed|(tests|pass|fail|skip|todo)\w* \d+)$/;

const POINT = /^(not )?ok\b(?:\s+\d+)?(?:\s+-)?\s*(.*)$/;

/**
 * Reads TAP. Lines of detail (`# ...` comments and indented YAML) belong to the point before them;
 * other lines are a program's own output and are passed over.
 */
export function parseTap(text: string): TapReport {
  const points: TapPoint[] = [];
  let announced: number | undefined;
  let bailedOut: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const point = POINT.exec(line);
    if (point) {
      points.push(parsePoint(point[1] === undefined, point[2] ?? ''));
      continue;
    }
    const plan = /^1\.\.(\d+)/.exec(line);
    if (plan) announced = Number(plan[1]);
    if (line.startsWith('Bail out!')) bailedOut = line.slice('Bail out!'.length).trim();
    const detail = detailOf(line);
    const last = points.at(-1);
    if (detail === undefined || !last) continue;
    points[points.length - 1] = {
      ...last,
      detail: last.detail === undefined ? detail : `${last.detail}\n${detail}`,
    };
  }
  return {
    points,
    ...(announced === undefined ? {} : { announced }),
    ...(bailedOut === undefined ? {} : { bailedOut }),
  };
}

function parsePoint(ok: boolean, description: string): TapPoint {
  // A number sign in a title is written with a backslash before it; a bare one starts a directive.
  const directive = /(?:^|\s)#\s*SKIP\S*\s*(.*)$/i.exec(description);
  const text = directive ? description.slice(0, directive.index) : description;
  // goss puts the title after the directive: `ok 3 - # SKIP Package: vim: installed: skipped`.
  const title = (text.trim() === '' ? (directive?.[1] ?? '') : text.trim()).replaceAll('\\#', '#');
  return directive ? { ok: true, title, skipped: directive[1] ?? '' } : { ok, title };
}

function detailOf(line: string): string | undefined {
  if (SUMMARY.test(line)) return undefined;
  const comment = /^\s*#\s?(.*)$/.exec(line);
  if (comment) return comment[1] ?? '';
  const indented = /^\s+(\S.*)$/.exec(line)?.[1];
  return indented === '---' || indented === '...' ? undefined : indented;
}
