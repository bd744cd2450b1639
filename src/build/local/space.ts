import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { NoSpace } from './failures.ts';

/** How much room a bake takes at its peak, in bytes. */
export interface SpaceNeeds {
  /** For each layer that has to be made. */
  readonly layerBytes: number;
  /** For the image and what it is made from. */
  readonly outputBytes: number;
}

/**
 * What a bake takes whose image files take `rooms`, in bytes. Generous for what was measured: a Debian 13 base with kernel takes 0.4 GiB,
 * the Docker layer 0.5 GiB, a raw disk (sparse) and its qcow2 together 2 GiB.
 */
export function roomFor(rooms: readonly number[]): SpaceNeeds {
  return {
    layerBytes: 0.6 * 2 ** 30,
    outputBytes: rooms.reduce((sum, bytes) => sum + bytes, 2 * 2 ** 30),
  };
}

/** Bytes that root can still write at a path, or at the nearest folder above it that exists. */
export async function freeBytes(path: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch (error) {
    const above = dirname(path);
    if (above === path) throw error;
    return freeBytes(above);
  }
}

/** @throws NoSpace when a folder's file system has less than `neededBytes` free. */
export async function demandSpace(folder: string, neededBytes: number): Promise<void> {
  const free = await freeBytes(folder);
  if (free < neededBytes) throw new NoSpace(folder, neededBytes, free);
}
