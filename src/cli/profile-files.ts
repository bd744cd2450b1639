import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { DiskError } from '../build/disk/tools.ts';
import { archivesOf } from '../plan/container-images.ts';
import type { Plan } from '../plan/plan.ts';
import { formatOrigin, type Origin } from '../source/source.ts';
import { EXIT, Stop, type Io } from './io.ts';

/** Whether a location of a plan is an address rather than a file. */
export const isAddress = (location: string): boolean => /^https?:\/\//.test(location);

/** The absolute path of a file that a plan names as seen from the folder of the entry profile. */
export const locate = (location: string, profile: string, { cwd }: Pick<Io, 'cwd'>): string =>
  resolve(cwd, dirname(profile), location);

interface Named {
  readonly origin: Origin | undefined;
  readonly location: string;
}

/** Cloud image and archives that are files have to be there. Better told now than in the middle of a bake. */
export async function demandFiles(plan: Plan, profile: string, io: Pick<Io, 'cwd'>): Promise<void> {
  const { base, origin } = plan.image;
  const named: readonly Named[] = [
    ...(base.from === 'cloud-image' ? [{ origin, location: base.location }] : []),
    ...plan.steps.flatMap((step) =>
      archivesOf([step]).map(({ location }) => ({ origin: step.origin, location })),
    ),
  ];
  for (const { origin: from, location } of named) {
    if (isAddress(location)) continue;
    const reason = await whyNoFile(locate(location, profile, io));
    if (reason !== undefined) throw new Stop(EXIT.input, `${prefix(from)}${reason(location)}`);
  }
}

async function whyNoFile(path: string): Promise<((location: string) => string) | undefined> {
  try {
    const info = await stat(path);
    return info.isFile() ? undefined : (location) => `${location} is no file`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return code === 'ENOENT'
      ? (location) => `there is no file ${location} beside the profile`
      : (location) => `can’t read ${location}: ${code}`;
  }
}

/** What is wrong with the cloud image that a disk begins as, told of the file that the person named; any other error as it is. */
export function aboutBase(error: unknown, { image: { base, origin } }: Plan): unknown {
  if (!(error instanceof DiskError) || base.from !== 'cloud-image') return error;
  return new DiskError(`${prefix(origin)}image.base ${base.location}: ${error.message}`);
}

const prefix = (origin: Origin | undefined): string => (origin ? `${formatOrigin(origin)}: ` : '');
