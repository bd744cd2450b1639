import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '../../adapters/process.ts';
import { isExt, openExt4, UnreadableFileSystem } from './ext4.ts';
import { readPartitions, ROOT_TYPES } from './gpt.ts';
import type { ImageReader } from './reader.ts';

/** A disk image opened for reading; `rawPath` is the image itself or a sparse raw copy in `workDir`. */
export interface OpenImage {
  readonly reader: ImageReader;
  readonly rawPath: string;
  close(): Promise<void>;
}

export interface OpenImageOptions {
  readonly image: string;
  /** An existing directory for the raw copy of an image in another format; the caller removes it. */
  readonly workDir: string;
  readonly run: Run;
  readonly signal?: AbortSignal;
}

/** The image is no disk image that we can look into: the message says what is missing. */
export class UnreadableImage extends Error {
  override readonly name = 'UnreadableImage';
}

/**
 * Opens the root file system of an image with a GPT, raw or in a format of {@link diskFormat}. What is not raw is unpacked
 * into a sparse raw file first: everything on it is read anyway when secrets are looked for, and it
 * needs neither FUSE nor a network block device.
 * Rejects with {@link UnreadableImage}, or ToolFailure when qemu-img fails.
 */
export async function openImage(options: OpenImageOptions): Promise<OpenImage> {
  const format = await diskFormat(options.image);
  const rawPath = format === 'raw' ? options.image : await unpack(options, format);
  const file = await open(rawPath, 'r');
  try {
    return { reader: await openRoot(file), rawPath, close: () => file.close() };
  } catch (error) {
    await file.close();
    if (error instanceof UnreadableFileSystem)
      throw new UnreadableImage(`${options.image}: ${error.message}`);
    throw error;
  }
}

/** Opens an image as {@link openImage} does, for as long as `use` takes; what that needs in `scratchDir` is removed again. */
export async function withImage<T>(
  { scratchDir, ...options }: Omit<OpenImageOptions, 'workDir'> & { readonly scratchDir: string },
  use: (opened: OpenImage) => Promise<T>,
): Promise<T> {
  const workDir = await mkdtemp(join(scratchDir, 'bake-verify-'));
  try {
    const opened = await openImage({ ...options, workDir });
    try {
      return await use(opened);
    } finally {
      await opened.close();
    }
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

async function openRoot(file: FileHandle): Promise<ImageReader> {
  const partitions = await readPartitions(file);
  if (!partitions) throw new UnreadableFileSystem('no GUID partition table found');
  const candidates = ROOT_TYPES.flatMap((type) => partitions.filter((partition) => partition.type === type));
  for (const { start } of candidates) {
    if (!(await isExt(file, start))) continue;
    const reader = await openExt4(file, start);
    // A separate /boot has the same partition type and file system as a root: only one has this.
    if ((await reader.lstat('/etc/os-release')) ?? (await reader.lstat('/usr/lib/os-release'))) return reader;
  }
  throw new UnreadableFileSystem('no partition holds an ext4 root file system (one with /etc/os-release)');
}

/** Formats of disks, by the names that QEMU has for them. */
export type DiskFormat = 'raw' | 'qcow2' | 'vmdk' | 'vhdx' | 'vpc';

/** What files begin with; a fixed VHD has its mark in a footer of 512 bytes. */
const MAGIC: readonly { readonly format: DiskFormat; readonly bytes: string }[] = [
  { format: 'qcow2', bytes: 'QFI\xfb' },
  { format: 'vmdk', bytes: 'KDMV' },
  { format: 'vhdx', bytes: 'vhdxfile' },
];
const FOOTER = { format: 'vpc', bytes: 'conectix', length: 512 } as const;

/** What a disk file is, by its own marks: never by QEMU's guess, which what a guest writes could lead astray. */
export async function diskFormat(path: string): Promise<DiskFormat> {
  const file = await open(path, 'r');
  try {
    const at = async (position: number): Promise<string> => {
      const { buffer } = await file.read(Buffer.alloc(8), 0, 8, Math.max(0, position));
      return buffer.toString('latin1');
    };
    const head = await at(0);
    const known = MAGIC.find(({ bytes }) => head.startsWith(bytes));
    if (known) return known.format;
    const { size } = await file.stat();
    return (await at(size - FOOTER.length)) === FOOTER.bytes ? FOOTER.format : 'raw';
  } finally {
    await file.close();
  }
}

async function unpack(
  { image, workDir, run, signal }: OpenImageOptions,
  format: DiskFormat,
): Promise<string> {
  const raw = join(workDir, 'image.raw');
  // -W: the blocks may be written in any order, so two coroutines can unpack at a time.
  const args = ['convert', '-q', '-W', '-t', 'unsafe', '-f', format, '-O', 'raw', image, raw];
  await run('qemu-img', args, signal ? { signal } : {});
  return raw;
}
