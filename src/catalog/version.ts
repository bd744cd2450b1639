/** Compares versions of dotted numbers (`1.35.8`, `2.3`); a missing part counts as 0. Negative when `a` is older. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export const isAtLeast = (version: string, floor: string): boolean => compareVersions(version, floor) >= 0;
export const isBelow = (version: string, ceiling: string): boolean => compareVersions(version, ceiling) < 0;

/** `1.35` of `1.35.8`; also the branch of containerd, `2.3` of `2.3.4`. */
export const minorOf = (version: string): string => version.split('.').slice(0, 2).join('.');

/** `8` of `1.35.8`. */
export const patchOf = (version: string): number => Number(version.split('.')[2] ?? 0);
