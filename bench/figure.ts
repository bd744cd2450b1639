/** Something that was timed, in seconds; several runs where one would say too little. */
export interface Timing {
  readonly what: string;
  readonly seconds: readonly number[];
}

/** What a figure has to reach: its ratio (measured : against), or the measured seconds themselves. */
export interface Goal {
  readonly of: 'ratio' | 'seconds';
  readonly must: 'be at most' | 'be at least';
  readonly value: number;
}

/** What a measure found. */
export interface Figure {
  readonly measured: Timing;
  readonly against?: Timing;
  /** Absent where the figure is there to be known. */
  readonly goal?: Goal;
  /** What else misses the goal, whatever the time says: a byte written, an image that fails its checks. */
  readonly faults: readonly string[];
  /** Where the time went and the like; for the reader. */
  readonly notes: readonly string[];
}

export const LETTERS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'] as const;
export type Letter = (typeof LETTERS)[number];

/** The middle of the values, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const [low, high] = sorted.length % 2 === 1 ? [half, half] : [half - 1, half];
  return ((sorted[low] ?? NaN) + (sorted[high] ?? NaN)) / 2;
}

/** Median against median; undefined where there is nothing to compare with. */
export function ratio({ measured, against }: Figure): number | undefined {
  return against && median(measured.seconds) / median(against.seconds);
}

export function isMet(figure: Figure): boolean {
  if (!figure.goal) return figure.faults.length === 0;
  const { of, must, value } = figure.goal;
  const found = of === 'ratio' ? ratio(figure) : median(figure.measured.seconds);
  if (found === undefined) throw new Error('a goal for a ratio needs something to compare with');
  return figure.faults.length === 0 && (must === 'be at most' ? found <= value : found >= value);
}
