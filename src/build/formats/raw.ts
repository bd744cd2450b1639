import { ROOM, type Format } from './format.ts';
import { convertDisk } from './qemu-img.ts';

/** The disk byte by byte, with holes where it is empty. */
export const raw: Format = {
  fileName: (image) => `${image}.raw`,
  from: 'disk',
  needs: [],
  room: ROOM.whole,
  make: (job) => convertDisk(job, 'raw', ['-W']),
};
