/**
 * Reads an ext4 (also ext2 and ext3) file system from a disk file, without a mount, a loop device,
 * root or a tool. Layout after the kernel's Documentation/filesystems/ext4.
 */
import type { FileHandle } from 'node:fs/promises';
import { type FileStat, type FileType, type ImageReader, readerOf } from './reader.ts';

/** The file system holds a feature that this reader does not know, or contradicts itself. */
export class UnreadableFileSystem extends Error {
  override readonly name = 'UnreadableFileSystem';
}

const SUPERBLOCK_OFFSET = 1024;
const MAGIC = 0xef53;
const ROOT_INODE = 2;

const INCOMPAT = {
  filetype: 0x2,
  recover: 0x4,
  extents: 0x40,
  is64bit: 0x80,
  mmp: 0x100,
  flexBg: 0x200,
  eaInode: 0x400,
  csumSeed: 0x2000,
  largeDir: 0x4000,
} as const;

/** A journal that waits to be replayed is told apart from these, since it has a remedy. */
const READABLE = Object.values(INCOMPAT).reduce((all, bit) => all | bit, 0) & ~INCOMPAT.recover;

const EXTENTS_FLAG = 0x80000;
const EXTENT_MAGIC = 0xf30a;
/** A longer extent is allocated and not yet written: it reads as zeros. */
const MAX_WRITTEN_EXTENT = 32768;

interface Inode {
  readonly stat: FileStat;
  readonly flags: number;
  /** The 60 bytes that hold the block map, or a short symbolic link. */
  readonly block: Buffer;
  readonly hasBlocks: boolean;
}

/** A run of file blocks that lies in one piece on the disk. */
interface Run {
  readonly logical: number;
  readonly physical: number;
  readonly count: number;
}

/** Whether an ext file system starts at byte `offset`. */
export async function isExt(file: FileHandle, offset: number): Promise<boolean> {
  const magic = await readAt(file, offset + SUPERBLOCK_OFFSET + 56, 2);
  return magic.readUInt16LE(0) === MAGIC;
}

/**
 * Opens the ext file system that starts at byte `offset` of a raw disk file. The file stays the
 * caller's to close. Throws {@link UnreadableFileSystem}.
 */
export async function openExt4(file: FileHandle, offset: number): Promise<ImageReader> {
  const superblock = await readAt(file, offset + SUPERBLOCK_OFFSET, 1024);
  if (superblock.readUInt16LE(56) !== MAGIC) throw new UnreadableFileSystem('not an ext4 file system');
  const incompat = superblock.readUInt32LE(96);
  if (incompat & INCOMPAT.recover) {
    throw new UnreadableFileSystem(
      'the file system was not cleanly unmounted (its journal waits for replay)',
    );
  }
  if (incompat & ~READABLE) {
    throw new UnreadableFileSystem(`unknown ext4 features 0x${(incompat & ~READABLE).toString(16)}`);
  }
  const blockSize = 1024 << superblock.readUInt32LE(24);
  const inodesPerGroup = superblock.readUInt32LE(40);
  const inodeSize = superblock.readUInt32LE(76) === 0 ? 128 : superblock.readUInt16LE(88);
  const descriptorSize = incompat & INCOMPAT.is64bit ? superblock.readUInt16LE(254) : 32;
  const firstDataBlock = superblock.readUInt32LE(20);

  const blocks = (block: number, count = 1) => readAt(file, offset + block * blockSize, count * blockSize);
  const groups = Math.ceil(superblock.readUInt32LE(0) / inodesPerGroup);
  const descriptors = await readAt(file, offset + (firstDataBlock + 1) * blockSize, groups * descriptorSize);

  const inodes = new Map<number, Inode>();
  const directories = new Map<number, ReadonlyMap<string, number>>();

  async function inode(number: number): Promise<Inode> {
    const known = inodes.get(number);
    if (known) return known;
    const group = Math.floor((number - 1) / inodesPerGroup);
    if (number < 1 || group >= groups) throw new UnreadableFileSystem(`inode ${number} is out of range`);
    const descriptor = group * descriptorSize;
    const high = descriptorSize >= 64 ? descriptors.readUInt32LE(descriptor + 40) : 0;
    const table = descriptors.readUInt32LE(descriptor + 8) + high * 2 ** 32;
    const position = table * blockSize + ((number - 1) % inodesPerGroup) * inodeSize;
    const found = parseInode(await readAt(file, offset + position, 128), blockSize);
    inodes.set(number, found);
    return found;
  }

  async function content(number: number): Promise<Buffer> {
    const { stat, flags, block, hasBlocks } = await inode(number);
    if (stat.type === 'symlink' && !hasBlocks) return block.subarray(0, stat.size);
    const data = Buffer.alloc(stat.size);
    const runs =
      flags & EXTENTS_FLAG ? extentRuns(block, blocks) : mappedRuns(block, stat.size, blockSize, blocks);
    for await (const run of runs) {
      const start = run.logical * blockSize;
      const length = Math.min(run.count * blockSize, stat.size - start);
      if (length > 0) (await readAt(file, offset + run.physical * blockSize, length)).copy(data, start);
    }
    return data;
  }

  async function entries(number: number): Promise<ReadonlyMap<string, number>> {
    const known = directories.get(number);
    if (known) return known;
    const found = parseDirectory(await content(number), blockSize);
    directories.set(number, found);
    return found;
  }

  return readerOf<number>({
    root: ROOT_INODE,
    stat: async (number) => (await inode(number)).stat,
    lookup: async (directory, name) => (await entries(directory)).get(name),
    names: async (directory) => [...(await entries(directory)).keys()],
    content,
    target: async (symlink) => (await content(symlink)).toString('utf8'),
  });
}

const TYPES: Readonly<Record<number, FileType>> = { 0x8: 'file', 0x4: 'directory', 0xa: 'symlink' };

function parseInode(raw: Buffer, blockSize: number): Inode {
  const mode = raw.readUInt16LE(0);
  const sectors = raw.readUInt32LE(28);
  // A symbolic link with extended attributes too large for its inode owns one block that is not its target.
  const attributeSectors = raw.readUInt32LE(104) === 0 ? 0 : blockSize / 512;
  return {
    stat: {
      type: TYPES[mode >> 12] ?? 'other',
      mode: mode & 0o7777,
      uid: raw.readUInt16LE(2) + raw.readUInt16LE(120) * 0x10000,
      gid: raw.readUInt16LE(24) + raw.readUInt16LE(122) * 0x10000,
      size: raw.readUInt32LE(4) + raw.readUInt32LE(108) * 2 ** 32,
    },
    flags: raw.readUInt32LE(32),
    block: Buffer.from(raw.subarray(40, 100)),
    hasBlocks: sectors > attributeSectors,
  };
}

type ReadBlocks = (block: number) => Promise<Buffer>;

async function* extentRuns(node: Buffer, blocks: ReadBlocks): AsyncGenerator<Run> {
  if (node.readUInt16LE(0) !== EXTENT_MAGIC) throw new UnreadableFileSystem('damaged extent tree');
  const entries = node.readUInt16LE(2);
  const depth = node.readUInt16LE(6);
  for (let at = 12; at < 12 + entries * 12; at += 12) {
    if (depth > 0) {
      const child = node.readUInt32LE(at + 4) + node.readUInt16LE(at + 8) * 2 ** 32;
      yield* extentRuns(await blocks(child), blocks);
      continue;
    }
    const count = node.readUInt16LE(at + 4);
    if (count > MAX_WRITTEN_EXTENT) continue;
    const physical = node.readUInt32LE(at + 8) + node.readUInt16LE(at + 6) * 2 ** 32;
    yield { logical: node.readUInt32LE(at), physical, count };
  }
}

/** The block map of ext2 and ext3: twelve direct blocks, then one, two and three levels of tables. */
async function* mappedRuns(
  map: Buffer,
  size: number,
  blockSize: number,
  blocks: ReadBlocks,
): AsyncGenerator<Run> {
  const perTable = blockSize / 4;
  const end = Math.ceil(size / blockSize);

  async function* level(block: number, logical: number, depth: number): AsyncGenerator<Run> {
    if (block === 0 || logical >= end) return;
    if (depth === 0) {
      yield { logical, physical: block, count: 1 };
      return;
    }
    const table = await blocks(block);
    for (let i = 0; i < perTable; i += 1) {
      yield* level(table.readUInt32LE(i * 4), logical + i * perTable ** (depth - 1), depth - 1);
    }
  }

  for (let i = 0; i < 12; i += 1) yield* level(map.readUInt32LE(i * 4), i, 0);
  let logical = 12;
  for (let depth = 1; depth <= 3; depth += 1) {
    yield* level(map.readUInt32LE((11 + depth) * 4), logical, depth);
    logical += perTable ** depth;
  }
}

/** Index blocks of large directories look like one empty entry, so reading them all in a row is right. */
function parseDirectory(data: Buffer, blockSize: number): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (let start = 0; start < data.length; start += blockSize) {
    const end = Math.min(start + blockSize, data.length);
    for (let at = start; at + 8 <= end;) {
      const length = data.readUInt16LE(at + 4);
      if (length < 8) throw new UnreadableFileSystem('damaged directory');
      const number = data.readUInt32LE(at);
      const name = data.toString('utf8', at + 8, at + 8 + data.readUInt8(at + 6));
      if (number !== 0 && name !== '.' && name !== '..') found.set(name, number);
      at += length;
    }
  }
  return found;
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await file.read(buffer, done, length - done, position + done);
    if (bytesRead === 0) throw new UnreadableFileSystem('the image ends before its file system does');
    done += bytesRead;
  }
  return buffer;
}
