import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FORMATS } from '../src/build/formats/index.ts';
import { makeFormats } from '../src/build/formats/make-formats.ts';
import { IMAGE_FORMATS, type ImageFormat } from '../src/catalog/image-formats.ts';
import { planOf, PROFILE, seconds, settle, type Bench, type Measure } from './bench.ts';

/** What qemu-img writes, as somebody would ask for it by hand: one after the other. */
const BY_HAND: Readonly<Partial<Record<ImageFormat, readonly string[]>>> = {
  qcow2: ['-O', 'qcow2', '-c', '-o', 'compression_type=zstd'],
  raw: ['-O', 'raw'],
  vmdk: ['-O', 'vmdk', '-o', 'subformat=streamOptimized'],
  vhd: ['-O', 'vpc', '-o', 'subformat=fixed,force_size=on'],
  vhdx: ['-O', 'vhdx', '-o', 'subformat=dynamic'],
};

/** The disk of a worker to all that qemu-img writes, at once as a bake does it, against `qemu-img convert` of each in turn. */
export const formats: Measure = {
  title: 'image formats',
  take: async (bench) => {
    const { host, signal, say } = bench;
    const { out } = await bench.cold();
    const folder = join(bench.folder, 'formats');
    await mkdir(folder);
    const disk = join(folder, 'disk.raw');
    const image = join(out, PROFILE, `${PROFILE}.qcow2`);
    await host.run('qemu-img', ['convert', '-W', '-f', 'qcow2', '-O', 'raw', image, disk]);

    const plan = await planOf(bench);
    const ova = { hardwareVersion: 15, cpus: 2, memoryBytes: 4 * 2 ** 30 };
    let steps: string[] = [];
    const step = async <T>(title: string, work: () => Promise<T>): Promise<T> => {
      const began = performance.now();
      const made = await work();
      steps.push(`${title.replace(/.* /, '')} ${((performance.now() - began) / 1000).toFixed(1)} s`);
      return made;
    };
    const make = (wanted: readonly ImageFormat[]): Promise<number> => {
      const delivery = { formats: wanted, targets: [], ova };
      steps = [];
      return alone(bench, folder, (workDir) =>
        makeFormats(
          { plan, delivery, seed: 'bench', formats: wanted, disk, tree: '', workDir },
          { run: host.run, signal, step },
        ),
      );
    };
    const common = IMAGE_FORMATS.filter((format) => format in BY_HAND);
    const ofDisk = IMAGE_FORMATS.filter((format) => FORMATS[format].from !== 'tree');

    const together: number[] = [];
    const inTurn: number[] = [];
    // In turn, so that what else the machine does falls on both.
    for (let round = 0; round < bench.rounds; round += 1) {
      say(`${common.join(', ')} at once`);
      together.push(await make(common));
      say('each in turn, by qemu-img');
      inTurn.push(
        await alone(bench, folder, async (workDir) => {
          for (const [format, options] of Object.entries(BY_HAND))
            await host.run('qemu-img', ['convert', '-f', 'raw', ...options, disk, join(workDir, format)]);
        }),
      );
    }
    const parts = steps.join(', ');
    say(`${ofDisk.join(', ')} at once`);
    const all = await make(ofDisk);
    await rm(folder, { recursive: true });
    return {
      measured: { what: `${common.length} formats at once, with sums`, seconds: together },
      against: { what: 'qemu-img convert of each in turn', seconds: inTurn },
      faults: [],
      notes: [
        `each of them: ${parts}`,
        `all ${ofDisk.length} formats of a disk at once: ${all.toFixed(1)} s (${steps.join(', ')})`,
      ],
    };
  },
};

/** Seconds of a work in an empty folder. */
async function alone(
  bench: Bench,
  folder: string,
  work: (workDir: string) => Promise<unknown>,
): Promise<number> {
  const workDir = join(folder, 'work');
  await mkdir(workDir);
  await settle(bench);
  const took = await seconds(() => work(workDir));
  await rm(workDir, { recursive: true });
  return took;
}
