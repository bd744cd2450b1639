import { open } from 'node:fs/promises';
import { uuid } from '../disk/identity.ts';
import { ROOM, type Format } from './format.ts';
import { convertDisk } from './qemu-img.ts';

/**
 * Of Azure: fixed, the disk as it is and a footer behind it. Without force_size the size would be rounded to a geometry of cylinders, and
 * Azure takes whole MiB only (src/validate/rules/disk-fits-formats.ts sees to it).
 */
export const vhd: Format = {
  fileName: (image) => `${image}.vhd`,
  from: 'disk',
  needs: [],
  room: ROOM.whole,
  make: async (job) => {
    await convertDisk(job, 'vpc', ['-W', '-o', 'subformat=fixed,force_size=on']);
    await settleFooter(job.target, uuid(job.seed, 'vhd'));
  },
};

const FOOTER = 512;
/** Where things are in the footer (Microsoft, Virtual Hard Disk Image Format Specification 1.0): times in seconds since 2000. */
const AT = { time: 24, checksum: 64, uuid: 68 };

/** Replaces time and identifier, which differ from run to run, and sums up anew. */
async function settleFooter(path: string, id: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const start = (await file.stat()).size - FOOTER;
    const { buffer } = await file.read(Buffer.alloc(FOOTER), 0, FOOTER, start);
    buffer.writeUInt32BE(0, AT.time);
    buffer.write(id.replaceAll('-', ''), AT.uuid, 'hex');
    buffer.writeUInt32BE(0, AT.checksum);
    const sum = buffer.reduce((all, byte) => all + byte, 0);
    buffer.writeUInt32BE(~sum >>> 0, AT.checksum);
    await file.write(buffer, 0, FOOTER, start);
  } finally {
    await file.close();
  }
}
