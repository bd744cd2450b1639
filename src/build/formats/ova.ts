import { createHash } from 'node:crypto';
import { stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileDigest } from '../../adapters/digest.ts';
import { DiskError } from '../disk/tools.ts';
import { ROOM, type Format } from './format.ts';
import { ovfOf } from './ovf.ts';
import { SAME_BYTES } from './tar.ts';

/** The largest member that an archive of this form can hold, in bytes: eleven octal digits. */
const LARGEST_MEMBER = 8 ** 11 - 1;

/**
 * Of vSphere, VMware Workstation and Fusion, VirtualBox: a machine's description, the sums of the files, and the disk, in this order
 * in a tar that is read while it arrives (DMTF DSP0243, "Distribution": USTAR, the descriptor first, the manifest after it).
 */
export const ova: Format = {
  fileName: (image) => `${image}.ova`,
  from: 'vmdk',
  needs: [],
  room: ROOM.compressed,
  make: async ({ source, target, scratch, plan, delivery, run, signal }) => {
    const { size } = await stat(source);
    if (size > LARGEST_MEMBER)
      throw new DiskError(
        `${basename(source)} has ${size} bytes, and an OVA can’t hold a file of more than ${LARGEST_MEMBER}: take format vmdk, or preload less`,
      );
    const { name } = plan.image;
    const disk = basename(source);
    const ovf = ovfOf({ plan, ova: delivery.ova, disk: { href: disk, bytes: size } });
    const sums = [
      [`${name}.ovf`, createHash('sha256').update(ovf).digest('hex')],
      [disk, await fileDigest(source, signal)],
    ] as const;
    await writeFile(join(scratch, `${name}.ovf`), ovf);
    await writeFile(
      join(scratch, `${name}.mf`),
      sums.map(([file, sum]) => `SHA256(${file})= ${sum}\n`).join(''),
    );
    await run('tar', [
      ...['--create', `--file=${target}`, '--format=ustar', ...SAME_BYTES],
      ...[`--directory=${scratch}`, `${name}.ovf`, `${name}.mf`, `--directory=${dirname(source)}`, disk],
    ]);
  },
};
