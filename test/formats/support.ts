import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run, type Run } from '../../src/adapters/process.ts';
import { makeFormats } from '../../src/build/formats/make-formats.ts';
import type { ImageFormat } from '../../src/catalog/image-formats.ts';
import type { Compiled } from '../../src/compile.ts';
import { makeFakeTree } from '../disk/fake-tree.ts';
import { compiled } from '../support/compile-text.ts';

/** Bytes of the disk in these tests: enough for all that formats do with one. */
export const DISK = 256 * 2 ** 20;

export const WORKER: Compiled = compiled({ name: 'worker', image: { disk: '256MiB' } });

interface Sources {
  readonly disk: string;
  readonly tree: string;
  readonly workDir: string;
  readonly of?: Compiled;
  readonly run?: Run;
  readonly signal?: AbortSignal;
  readonly onStep?: (title: string) => void;
  /** Told when a step has ended, of what came of it. */
  readonly onMade?: (title: string, made: unknown) => void;
}

/** Makes formats of a disk and a tree as a bake does; resolves to their names. */
export async function formatsOf(formats: readonly ImageFormat[], sources: Sources): Promise<string[]> {
  const { disk, tree, workDir, of = WORKER, onStep, onMade } = sources;
  await mkdir(workDir, { recursive: true });
  const files = await makeFormats(
    { plan: of.plan, delivery: of.delivery, seed: 'a build', formats, disk, tree, workDir },
    {
      run: sources.run ?? run,
      signal: sources.signal ?? new AbortController().signal,
      step: async (title, work) => {
        onStep?.(title);
        const made = await work();
        onMade?.(title, made);
        return made;
      },
    },
  );
  return files.map(({ name }) => name);
}

/** A disk with a few MiB of noise in it, and holes. */
export async function makeNoisyDisk(path: string): Promise<void> {
  await run('truncate', ['-s', String(DISK), path]);
  await run('dd', ['if=/dev/urandom', `of=${path}`, 'bs=1M', 'count=6', 'seek=3', 'conv=notrunc']);
  await run('dd', ['if=/dev/urandom', `of=${path}`, 'bs=1M', 'count=2', 'seek=253', 'conv=notrunc']);
}

/** When packages of the trees of {@link makeTree} were last installed, in seconds since the epoch. */
export const INSTALLED = 1_700_000_000;

/** A root tree with one of each thing that a copy loses easily, and with what belongs to a disk alone. */
export async function makeTree(tree: string): Promise<void> {
  await makeFakeTree(tree);
  await mkdir(join(tree, 'boot/grub/i386-pc'), { recursive: true });
  await writeFile(join(tree, 'boot/grub/i386-pc/core.img'), 'of the disk alone');
  const status = join(tree, 'var/lib/dpkg/status');
  await mkdir(dirname(status), { recursive: true });
  await writeFile(status, '');
  await utimes(status, INSTALLED, INSTALLED);
}

/** Output of a tool; fails as it does. */
export async function output(command: string, ...args: string[]): Promise<string> {
  return (await run(command, args)).stdout;
}
