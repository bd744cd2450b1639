import { ROOM, type Format } from './format.ts';
import { convertDisk } from './qemu-img.ts';

/** Of Hyper-V. The identifiers in it are random: they stand in a log and in headers with sums of their own, and nothing is known by them. */
export const vhdx: Format = {
  fileName: (image) => `${image}.vhdx`,
  from: 'disk',
  needs: [],
  room: ROOM.whole,
  make: (job) => convertDisk(job, 'vhdx', ['-o', 'subformat=dynamic']),
};
