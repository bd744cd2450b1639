import type { Span } from './watch.ts';

/** A timeline for people: one line a state, machines in their order; seconds since power-on. */
export function renderTimeline(spans: readonly Span[]): string {
  if (spans.length === 0) return '';
  const seconds = (ms: number): string => (ms / 1000).toFixed(1);
  const rows = spans.map(({ machine, state, from, to, reasons }, index) => [
    spans[index - 1]?.machine === machine ? '' : machine,
    state,
    seconds(from),
    to === undefined ? '' : seconds(to),
    to === undefined ? '' : seconds(to - from),
    reasons.at(-1) ?? '',
  ]);
  const table = [['machine', 'state', 'from s', 'to s', 'took s', 'it said'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row
        .map((cell, column) => {
          const width = widths[column];
          if (width === undefined) return cell;
          return column < 2 ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}
