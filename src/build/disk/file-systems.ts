import { open } from 'node:fs/promises';
import type { Run } from '../../adapters/process.ts';
import { SECTOR, type Partition } from './partition-table.ts';

/**
 * Features that Linux 5.15, e2fsprogs 1.46 and GRUB 2.06 (Ubuntu 22.04, the oldest system we make) all
 * know. Said in full, because the default differs between the machines that build.
 */
const EXT4_FEATURES = [
  'none',
  'has_journal',
  'ext_attr',
  'resize_inode',
  'dir_index',
  'filetype',
  'extent',
  '64bit',
  'flex_bg',
  'sparse_super',
  'large_file',
  'huge_file',
  'dir_nlink',
  'extra_isize',
  'metadata_csum',
].join(',');

/** A stretch of a disk file, in bytes. */
export interface Region {
  readonly disk: string;
  readonly offset: number;
  readonly size: number;
}

/** Where a partition lies in the disk file. */
export function regionOf(disk: string, { start, size }: Partition): Region {
  return { disk, offset: start * SECTOR, size: size * SECTOR };
}

/** The name by which e2fsprogs reach a file system inside a disk file. */
export function insideDisk({ disk, offset }: Pick<Region, 'disk' | 'offset'>): string {
  return `${disk}?offset=${offset}`;
}

/** Makes an ext4 file system in `region` and fills it from `tree`: owners, links, extended attributes and all. */
export async function makeExt4(
  region: Region,
  identity: { readonly uuid: string; readonly label: string; readonly hashSeed?: string },
  tree: string,
  run: Run,
): Promise<void> {
  // Inode tables and journal are in a file full of zeroes anyway; said to be ready, the kernel does not write them at first boot.
  const extended = [`offset=${region.offset}`, 'lazy_itable_init=0', 'lazy_journal_init=0', 'root_owner=0:0'];
  if (identity.hashSeed !== undefined) extended.push(`hash_seed=${identity.hashSeed}`);
  await run('mke2fs', [
    ...['-q', '-F', '-t', 'ext4', '-b', '4096', '-I', '256', '-i', '16384', '-m', '1', '-O', EXT4_FEATURES],
    ...['-U', identity.uuid, '-L', identity.label, '-E', extended.join(','), '-d', tree],
    ...[region.disk, `${Math.floor(region.size / 1024)}k`],
  ]);
}

/** Makes a FAT32 EFI system partition in `region` that holds one boot loader, under the name that firmware falls back to. */
export async function makeEsp(region: Region, volumeId: string, loader: string, run: Run): Promise<void> {
  // 512-byte clusters: 64 MiB have too few larger ones for FAT32, the only FAT that UEFI promises to read from a disk.
  await run('mkfs.vfat', [
    ...['-F', '32', '-s', '1', '-i', volumeId, '-n', 'ESP', '--offset', String(region.offset / 512)],
    ...[region.disk, String(region.size / 1024)],
  ]);
  const image = `${region.disk}@@${region.offset}`;
  await run('mmd', ['-i', image, '::/EFI', '::/EFI/BOOT']);
  await run('mcopy', ['-i', image, loader, '::/EFI/BOOT/BOOTX64.EFI']);
}

/** What a stretch of a disk holds, by its magic numbers. */
export type Content =
  | { readonly kind: 'ext'; readonly uuid: string; readonly label: string }
  | { readonly kind: 'fat' | 'xfs' | 'btrfs' | 'lvm' | 'luks' | 'unknown' };

const MAGIC: readonly { kind: 'fat' | 'xfs' | 'btrfs' | 'lvm' | 'luks'; at: number; bytes: string }[] = [
  { kind: 'xfs', at: 0, bytes: 'XFSB' },
  { kind: 'luks', at: 0, bytes: 'LUKS\xba\xbe' },
  { kind: 'lvm', at: 512, bytes: 'LABELONE' },
  { kind: 'btrfs', at: 0x10040, bytes: '_BHRfS_M' },
  { kind: 'fat', at: 0x36, bytes: 'FAT' },
  { kind: 'fat', at: 0x52, bytes: 'FAT32' },
];

/** Reads the first 68 KiB of a region and says what is in it. */
export async function readContent({ disk, offset }: Region): Promise<Content> {
  const file = await open(disk, 'r');
  try {
    const { buffer } = await file.read(Buffer.alloc(68 * 1024), 0, 68 * 1024, offset);
    // struct ext2_super_block: at byte 1024, magic at 0x38, UUID at 0x68, volume name at 0x78.
    const superblock = buffer.subarray(1024, 2048);
    if (superblock.readUInt16LE(0x38) === 0xef53) {
      const uuid = superblock
        .toString('hex', 0x68, 0x78)
        .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
      return { kind: 'ext', uuid, label: superblock.toString('utf8', 0x78, 0x88).replace(/\0.*$/s, '') };
    }
    const kind = MAGIC.find(
      ({ at, bytes }) => buffer.toString('latin1', at, at + bytes.length) === bytes,
    )?.kind;
    return { kind: kind ?? 'unknown' };
  } finally {
    await file.close();
  }
}
