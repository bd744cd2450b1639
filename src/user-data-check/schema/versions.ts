/** Below zero if `a` is older than `b`; versions of cloud-init are numbers and dots. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let i = 0; i < Math.max(left?.length ?? 0, right?.length ?? 0); i++) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** `22.4`, `22.4.2`. */
export const VERSION = /^\d{2}\.\d{1,2}(?:\.\d{1,2})?$/;
