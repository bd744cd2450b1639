import { ToolFailure, type Run, type RunOptions } from '../../adapters/process.ts';

/**
 * The tools that disks and image formats are made with, each with the Debian and Ubuntu package it comes from.
 * `debugfs`, `e2fsck`, `fuse2fs`, `setpriv` and `unshare` are needed for vendor cloud images only.
 */
export const DISK_TOOLS: Readonly<Record<string, string>> = {
  chroot: 'coreutils',
  dd: 'coreutils',
  debugfs: 'e2fsprogs',
  e2fsck: 'e2fsprogs',
  mke2fs: 'e2fsprogs',
  'mkfs.vfat': 'dosfstools',
  cp: 'coreutils',
  mcopy: 'mtools',
  mmd: 'mtools',
  'qemu-img': 'qemu-utils',
  sfdisk: 'fdisk',
  tar: 'tar',
  zstd: 'zstd',
  fuse2fs: 'fuse2fs',
  setpriv: 'util-linux',
  unshare: 'util-linux',
};

/** What we were given can't become a disk: exit code 1 of the command line. The message names the way out. */
export class DiskError extends Error {
  override readonly name = 'DiskError';
}

/** How the functions of this folder reach the outside. */
export interface DiskTools {
  readonly run: Run;
  /** Stops the tool that is running. What it left in the work directory is the caller's to remove. */
  readonly signal?: AbortSignal;
}

/**
 * A {@link Run} that obeys the signal, is not swayed by the caller's language, and whose failures
 * name their remedy. `work` is the directory that is written to.
 */
export function diskRun({ run, signal }: DiskTools, work: string): Run {
  return async (command, args, options: RunOptions = {}) => {
    try {
      return await run(command, args, {
        ...(signal ? { signal } : {}),
        ...options,
        env: { LC_ALL: 'C', ...options.env },
      });
    } catch (error) {
      if (!(error instanceof ToolFailure) || error.aborted) throw error;
      const remedy = remedyFor(command, error, work);
      if (remedy === undefined) throw error;
      throw new ToolFailure(command, remedy, error.exitCode, error.output, error.aborted);
    }
  };
}

function remedyFor(command: string, failure: ToolFailure, work: string): string | undefined {
  const said = `${failure.message}\n${failure.output}`;
  if (failure.exitCode === undefined && said.includes('ENOENT')) {
    const from = DISK_TOOLS[command];
    return from && `${command} is not installed: apt-get install ${from}`;
  }
  if (said.includes('No space left on device')) {
    return `no space left where ${work} is: free some, or work in another directory`;
  }
  // libext2fs's words for a file system that is too small for the tree.
  if (/Could not allocate (block|inode)/.test(said)) {
    return 'the root tree does not fit the disk: give the image a larger disk size';
  }
  return undefined;
}
