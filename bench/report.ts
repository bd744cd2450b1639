import { isMet, median, ratio, type Figure, type Goal, type Letter, type Timing } from './figure.ts';
import type { Machine } from './machine.ts';

/** A measure and what came of it: a figure, or why there is none. */
export interface Entry {
  readonly letter: Letter;
  readonly title: string;
  readonly found: Figure | { readonly reason: string };
  /** Load of the last minute when it had been measured. */
  readonly load: number;
}

/** More than this per processor before the bench begins, and others are at work here. */
const BUSY = 0.3;

/** Everything, for people. */
export function renderTable(machine: Machine, entries: readonly Entry[]): string {
  const { processors, processor, memoryGiB, kernel, load, tools } = machine;
  const busy = load > BUSY * processors ? ': others are at work here, so these figures are rough' : '';
  return [
    `${processors} x ${processor}, ${memoryGiB} GiB, Linux ${kernel}; load ${load.toFixed(2)} at the start${busy}`,
    ...Object.entries(tools).map(([name, version]) => `${name}: ${version}`),
    '',
    ...columns([['', 'measured', '', 'against', '', 'ratio', 'goal', '', 'load'], ...entries.map(row)]),
    '',
    ...entries.flatMap(remarks),
    '',
  ].join('\n');
}

function row({ letter, title, found, load }: Entry): string[] {
  const name = `${letter}  ${title}`;
  if ('reason' in found) return [name, '', '', '', '', '', '', 'NOT MEASURED', load.toFixed(1)];
  const { measured, against, goal } = found;
  const times = ratio(found);
  return [
    name,
    measured.what,
    timing(measured),
    against?.what ?? '',
    against ? timing(against) : '',
    times?.toFixed(2) ?? '',
    goal ? goalText(goal) : '',
    goal || !isMet(found) ? (isMet(found) ? 'met' : 'MISSED') : '',
    load.toFixed(1),
  ];
}

const goalText = ({ of, must, value }: Goal): string =>
  `${of} ${must === 'be at most' ? '<=' : '>='} ${value}${of === 'seconds' ? ' s' : ''}`;

function remarks({ letter, found }: Entry): string[] {
  if ('reason' in found) return [`${letter}: ${found.reason}`];
  return [...found.faults.map((fault) => `MISSED: ${fault}`), ...found.notes].map(
    (line) => `${letter}: ${line}`,
  );
}

/** The median, and from where to where it was. */
function timing({ seconds }: Timing): string {
  const digits = median(seconds) < 10 ? 3 : 1;
  const text = (value: number): string => value.toFixed(digits);
  const spread = seconds.length > 1 ? ` (${text(Math.min(...seconds))}-${text(Math.max(...seconds))})` : '';
  return `${text(median(seconds))}${spread} s`;
}

function columns(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, index) =>
    Math.max(...rows.map((cells) => cells[index]?.length ?? 0)),
  );
  return rows.map((cells) =>
    cells
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Everything, for machines. */
export function toJson(machine: Machine, entries: readonly Entry[]): unknown {
  return {
    format: 'bake/bench/v1',
    machine,
    measures: entries.map(({ letter, title, found, load }) => ({
      measure: letter,
      title,
      load,
      ...('reason' in found ? found : { ...found, ratio: ratio(found), met: isMet(found) }),
    })),
  };
}
