import { basename } from 'node:path';
import { ROOM, type Format } from './format.ts';
import { GZIP, SAME_BYTES } from './tar.ts';

/**
 * Of Google Compute Engine: a member disk.raw in an old GNU tar with its holes, compressed with gzip (Google, "Manually import boot
 * disks": `tar --format=oldgnu -Sczf`). The disk must be whole GiB (src/validate/rules/disk-fits-formats.ts).
 */
export const gce: Format = {
  fileName: (image) => `${image}.gce.tar.gz`,
  from: 'disk',
  needs: [],
  room: ROOM.compressed,
  make: async ({ source, target, run }) => {
    const name = basename(source);
    const folder = source.slice(0, -name.length);
    await run('tar', [
      ...['--create', `--file=${target}`, '--format=oldgnu', '--sparse', GZIP, ...SAME_BYTES],
      ...['--transform=s,.*,disk.raw,', `--directory=${folder}`, '--', name],
    ]);
  },
};
