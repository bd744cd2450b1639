/** What a written duration must look like: `90m`, `24h`, `1h30m`, `7d`. Units from long to short, each at most once. */
export const DURATION_PATTERN =
  /^(?=[0-9])(?:([0-9]{1,5})d)?(?:([0-9]{1,5})h)?(?:([0-9]{1,5})m)?(?:([0-9]{1,5})s)?$/;

const SECONDS = [86_400, 3600, 60, 1] as const;

/** Seconds of `1h30m`; `undefined` when the text is no duration. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION_PATTERN.exec(text);
  if (!match) return undefined;
  return SECONDS.reduce((sum, seconds, i) => sum + seconds * Number(match[i + 1] ?? 0), 0);
}
