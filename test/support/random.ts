/** A seeded generator (mulberry32): the same numbers for the same seed, on every machine. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** SEED from the environment, to see a failure again; otherwise one that differs by day, so that runs add up. */
export const SEED = Number(process.env['SEED'] ?? Math.floor(Date.now() / 86_400_000));

export const pick = <T>(random: () => number, list: readonly T[]): T =>
  list[Math.floor(random() * list.length)] as T;

/** Text of up to 40 characters from those that break things most. */
export function nastyText(random: () => number): string {
  const alphabet = [
    ...'\'"`$\\(){}[]<>|&;*?!#~=%:,.- \t\nabcEOF01',
    '漢',
    '😀',
    '\u202e',
    '\u00a0',
    '\n\n',
    '${',
    '$(',
    '{{',
    '\r',
    '\u007f',
  ];
  return Array.from({ length: Math.floor(random() * 40) }, () => pick(random, alphabet)).join('');
}
