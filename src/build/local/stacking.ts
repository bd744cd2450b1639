import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolFailure } from '../../adapters/process.ts';
import type { Namespace } from './namespace.ts';

/**
 * How one tree is put upon another. With `overlay` a layer holds what it changed; with `copy`, for file
 * systems that overlayfs can't write to, it holds everything.
 */
export type Stacking = 'overlay' | 'copy';

/** One writable tree upon finished ones. All paths are relative to `root`: mount options know no quoting. */
export interface Stack {
  /** Absolute. */
  readonly root: string;
  /** Finished trees, lowest first; not written to. */
  readonly below: readonly string[];
  /** Folder that belongs to this stack; `tree` in it takes what is written, and may hold earlier work. */
  readonly work: string;
}

/** Where the writable tree is mounted, relative to the stack's `root`. */
export const mountPoint = (stack: Stack): string => join(stack.work, 'mnt');

/** What the writable tree leaves behind, relative to the stack's `root`. */
export const upperTree = (stack: Stack): string => join(stack.work, 'tree');

// `volatile` leaves out every fsync: what isn't finished is thrown away, and what is gets one sync as a whole.
// The other options are the kernel's defaults; named, so that layers mean the same on every machine.
const OVERLAY = 'volatile,index=off,metacopy=off,redirect_dir=off,xino=off';

/** Mounts the stack at its mount point, inside the namespace only. */
export async function mountStack(ns: Namespace, stacking: Stacking, stack: Stack): Promise<void> {
  const { root } = stack;
  const tree = upperTree(stack);
  const lowest = join(stack.work, 'nothing');
  for (const folder of [tree, mountPoint(stack), lowest, join(stack.work, 'overlay')]) {
    await mkdir(join(root, folder), { recursive: true });
    await chmod(join(root, folder), 0o755);
  }
  if (stacking === 'overlay') {
    const lower = stack.below.length === 0 ? [lowest] : stack.below.toReversed();
    const layers = `lowerdir=${lower.join(':')},upperdir=${tree},workdir=${join(stack.work, 'overlay')}`;
    const mount = ['-t', 'overlay', '-o', `${OVERLAY},${layers}`, 'overlay', mountPoint(stack)];
    await ns.run('mount', mount, { cwd: root });
    return;
  }
  const top = stack.below.at(-1);
  if (top !== undefined && (await readdir(join(root, tree))).length === 0) {
    await ns.run('cp', ['-a', '--reflink=auto', `${top}/.`, tree], { cwd: root });
  }
  await ns.run('mount', ['--bind', tree, mountPoint(stack)], { cwd: root });
}

const TRIAL = `
set -e
rm "$1/file"
mkdir "$1/folder"
mv "$1/folder" "$1/renamed"
umount "$1"
[ -c "$2/file" ]
`;

/** Finds out by doing it whether overlayfs can write to the file system of `root`; `work` is an empty folder in it. */
export async function chooseStacking(ns: Namespace, root: string, work: string): Promise<Stacking> {
  const below = join(work, 'below');
  await mkdir(join(root, below), { recursive: true });
  await writeFile(join(root, below, 'file'), '');
  const stack = { root, below: [below], work };
  try {
    await mountStack(ns, 'overlay', stack);
    await ns.run('sh', ['-c', TRIAL, 'trial', mountPoint(stack), upperTree(stack)], { cwd: root });
    return 'overlay';
  } catch (error) {
    if (error instanceof ToolFailure && !error.aborted) return 'copy';
    throw error;
  }
}
