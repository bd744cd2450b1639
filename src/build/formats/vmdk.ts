import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { ROOM, type Format } from './format.ts';
import { convertDisk } from './qemu-img.ts';

/**
 * Of VMware, stream-optimised: compressed, and written in the order of the disk, so that it can be imported while it arrives. No `-W`
 * therefore. qemu-img knows no adapter called pvscsi; the controller that counts is the one of the machine, as in an OVF.
 */
export const vmdk: Format = {
  fileName: (image) => `${image}.vmdk`,
  from: 'disk',
  needs: [],
  room: ROOM.compressed,
  make: async (job) => {
    const { hardwareVersion } = job.delivery.ova;
    const options = `subformat=streamOptimized,adapter_type=lsilogic,hwversion=${hardwareVersion}`;
    await convertDisk(job, 'vmdk', ['-o', options]);
    await nameContent(job.target, job.seed);
  },
};

const SECTOR = 512;
/** Of SparseExtentHeader (VMware, Virtual Disk Format 5.0): where its descriptor is, and how long, in sectors. */
const DESCRIPTOR = { offset: 28, size: 36 };

/** Replaces the random content id in the descriptor by one that depends on `seed`. qemu-img writes it with one to eight digits. */
async function nameContent(path: string, seed: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const { buffer: header } = await file.read(Buffer.alloc(SECTOR), 0, SECTOR, 0);
    const start = Number(header.readBigUInt64LE(DESCRIPTOR.offset)) * SECTOR;
    const length = Number(header.readBigUInt64LE(DESCRIPTOR.size)) * SECTOR;
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, start);
    const [text = ''] = buffer.toString('latin1').split('\0');
    const id = createHash('sha256').update(`vmdk\0${seed}`).digest('hex').slice(0, 8);
    const named = text.replace(/^CID=[0-9a-f]+$/m, `CID=${id}`);
    if (!named.includes(`\nCID=${id}\n`) || named.length > length)
      throw new Error(`${path}: qemu-img wrote a descriptor that is not as we know it`);
    const descriptor = Buffer.alloc(length);
    descriptor.write(named, 'latin1');
    await file.write(descriptor, 0, length, start);
  } finally {
    await file.close();
  }
}
