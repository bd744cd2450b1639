import type { KubeadmApi } from '../catalog/kubeadm.ts';

export type Values = Readonly<Record<string, unknown>>;

/** Flags of a component in the form of a version: a mapping up to v1beta3, a list from v1beta4 on. Values are always text. */
export function extraArgs(
  api: KubeadmApi,
  flags: Readonly<Record<string, string>>,
): Record<string, string> | { name: string; value: string }[] {
  const sorted = Object.entries(flags).sort(([a], [b]) => (a < b ? -1 : 1));
  return api === 'v1beta4' ? sorted.map(([name, value]) => ({ name, value })) : Object.fromEntries(sorted);
}

/** A duration as Go prints it: `4m0s` of 240 seconds. */
export function goDuration(seconds: number): string {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (hours > 0) return `${hours}h${minutes}m${rest}s`;
  return minutes > 0 ? `${minutes}m${rest}s` : `${rest}s`;
}

/** The mapping without empty mappings, empty lists and what is undefined. */
export function withoutEmpty(values: Values): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => !isEmpty(value)));
}

/** What a person wrote laid over ours: mappings are merged, all else is replaced. */
export function laidOver(ours: Values, theirs: Values): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...ours };
  for (const [key, value] of Object.entries(theirs)) {
    const below = merged[key];
    merged[key] = isMapping(below) && isMapping(value) ? laidOver(below, value) : value;
  }
  return merged;
}

function isMapping(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
  );
}
