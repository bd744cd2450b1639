import { compareVersions } from './versions.ts';

/** A release of cloud-init whose schema comes with bake (userdata/cloud-init/README.md). */
export type Generation = (typeof GENERATIONS)[number];

/** Oldest first: those of Debian 12, Debian 13 and Debian's sid. */
export const GENERATIONS = ['22.4.2', '25.1.4', '26.2'] as const;

/** Gives a schema by its release; the texts lie in userdata/cloud-init. */
export type Schemas = (generation: Generation) => unknown;

/**
 * The releases that judge for a version: the same release, or the neighbours that it lies between. All of them where no
 * version is said.
 */
export function judgesFor(version: string | undefined): readonly Generation[] {
  if (version === undefined) return GENERATIONS;
  const same = GENERATIONS.find((one) => release(one) === release(version));
  if (same) return [same];
  const older = GENERATIONS.filter((one) => compareVersions(one, version) < 0).slice(-1);
  const newer = GENERATIONS.filter((one) => compareVersions(one, version) > 0).slice(0, 1);
  return [...older, ...newer];
}

/** Year and number: `22.4` of `22.4.2`. */
const release = (version: string): string => version.split('.').slice(0, 2).join('.');
