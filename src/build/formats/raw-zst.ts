import { ROOM, type Format } from './format.ts';

/** The raw disk, compressed: for writing to a machine's disk, and for archives. */
export const rawZst: Format = {
  fileName: (image) => `${image}.raw.zst`,
  from: 'disk',
  needs: ['zstd'],
  room: ROOM.compressed,
  make: async ({ source, target, run }) => {
    await run('zstd', ['-q', '-f', '-T0', '-o', target, source]);
  },
};
