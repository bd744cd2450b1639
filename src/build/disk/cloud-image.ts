import { readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { fileDigest } from '../../adapters/digest.ts';
import type { Run } from '../../adapters/process.ts';
import { kernelsOf } from './boot.ts';
import { extractFileSystem } from './extract.ts';
import { insideDisk, readContent, regionOf, type Content, type Region } from './file-systems.ts';
import { PARTITION_TYPE, readTable, SECTOR, type Partition, type PartitionTable } from './partition-table.ts';
import { diskRun, DiskError, type DiskTools } from './tools.ts';

/** An ext4 file system of a vendor image; `partition` is its number in the table. */
export interface VendorFileSystem {
  readonly partition: number;
  readonly uuid: string;
  readonly label: string;
}

/** What must be known of a vendor image to make it again around another tree: plain data, to be kept with the tree. */
export interface VendorLayout {
  readonly sizeBytes: number;
  readonly table: PartitionTable;
  readonly root: VendorFileSystem;
  /** Where /boot is a file system of its own. */
  readonly boot?: VendorFileSystem;
  /** Versions of the kernels that the vendor's grub.cfg knows. */
  readonly kernels: readonly string[];
}

export interface CloudImage {
  /** The root tree, with /boot in its place. */
  readonly tree: string;
  /** A sparse file of all that comes before the root partition: boot code, boot loader, EFI system partition, /boot. */
  readonly head: string;
  readonly layout: VendorLayout;
}

/**
 * Takes a vendor's cloud image apart into `work/tree` and `work/head.raw`, with no loop device: the kernel's FUSE and
 * fuse2fs read the file systems, inside a mount namespace that ends with the tool.
 *
 * Handled: gpt and dos tables; root as ext4 and last on the disk; /boot within it or as ext4 of its own.
 * Throws {@link DiskError}, with the reason, for a wrong checksum or anything else.
 */
export async function openCloudImage(
  source: { readonly image: string; readonly sha256: string; readonly work: string },
  tools: DiskTools,
): Promise<CloudImage> {
  const { image, work } = source;
  const run = diskRun(tools, work);
  await checkDigest(image, source.sha256, tools.signal);
  const head = join(work, 'head.raw');
  const tree = join(work, 'tree');
  await rm(tree, { recursive: true, force: true });
  const sizeBytes = await toRaw(image, head, run);
  const table = await readTable(head, run);
  refuseExtended(table);
  const contents = await Promise.all(
    table.partitions.map(async (partition) => ({
      partition,
      content: await readContent(regionOf(head, partition)),
    })),
  );
  const root = await findRoot(head, contents, run);
  await extractFileSystem(regionOf(head, root.partition), tree, run);
  const boot = findBoot(await readFile(join(tree, 'etc/fstab'), 'utf8').catch(() => ''), contents);
  if (boot) await extractFileSystem(regionOf(head, boot.partition), join(tree, 'boot'), run);
  const kernels = await kernelsOf(tree);
  // From here on the tree is the root, so that of the disk only the front is kept.
  await truncate(head, root.partition.start * SECTOR);
  return {
    tree,
    head,
    layout: {
      sizeBytes,
      table,
      root: vendorFileSystem(root),
      ...(boot ? { boot: vendorFileSystem(boot) } : {}),
      kernels,
    },
  };
}

interface Found<C extends Content = Content> {
  readonly partition: Partition;
  readonly content: C;
}
type Ext = Extract<Content, { kind: 'ext' }>;

function vendorFileSystem({ partition, content }: Found<Ext>): VendorFileSystem {
  return { partition: partition.number, uuid: content.uuid, label: content.label };
}

async function checkDigest(path: string, expected: string, signal?: AbortSignal): Promise<void> {
  const found = await fileDigest(path, signal);
  if (found === expected.toLowerCase()) return;
  throw new DiskError(
    `not the image that was asked for: its sha256 is ${found}, not ${expected}; fetch it again, or correct the checksum`,
  );
}

/** Returns the disk's size in bytes. */
async function toRaw(image: string, raw: string, run: Run): Promise<number> {
  const info = JSON.parse((await run('qemu-img', ['info', '--output=json', image])).stdout) as {
    readonly format: string;
    readonly 'virtual-size': number;
    readonly 'backing-filename'?: string;
  };
  // The checksum covers this file alone; what it stands on could be anything.
  if (info['backing-filename'] !== undefined) {
    throw new DiskError(
      `${image} stands on another file (${info['backing-filename']}): convert it to a whole image first`,
    );
  }
  await rm(raw, { force: true });
  await run('qemu-img', ['convert', '-m', '16', '-W', '-f', info.format, '-O', 'raw', image, raw]);
  return info['virtual-size'];
}

/** Logical partitions are chained through the disk, so that growing one means rewriting the chain. */
function refuseExtended({ label, partitions }: PartitionTable): void {
  const extended = partitions.find(
    ({ type }) => label === 'dos' && ['5', 'f', '85'].includes(type.toLowerCase()),
  );
  if (extended)
    throw new DiskError(
      'the vendor image has an extended (logical) partition: use an image with a gpt table',
    );
}

/** The partition whose file system has an operating system in it: numbers and order mean nothing (Debian: 14, 15, 1). */
async function findRoot(disk: string, contents: readonly Found[], run: Run): Promise<Found<Ext>> {
  const roots: Found<Ext>[] = [];
  for (const found of contents) {
    if (isExt(found) && (await hasFile(regionOf(disk, found.partition), '/etc/os-release', run)))
      roots.push(found);
  }
  const typed = roots.filter(({ partition }) => partition.type.toUpperCase() === PARTITION_TYPE.rootAmd64);
  const [root, second] = typed.length > 0 ? typed : roots;
  if (!root) {
    const seen = contents.map(({ partition, content }) => `${partition.number}: ${content.kind}`).join(', ');
    throw new DiskError(
      `the vendor image has no ext4 root file system (partitions are ${seen}); only ext4, not in LVM or LUKS, is handled`,
    );
  }
  if (second)
    throw new DiskError(
      `the vendor image has two root file systems: partitions ${root.partition.number} and ${second.partition.number}`,
    );
  const after = contents.find(({ partition }) => partition.start > root.partition.start);
  if (after)
    throw new DiskError(
      `partition ${after.partition.number} of the vendor image comes after the root partition, which can't grow then`,
    );
  return root;
}

function isExt(found: Found): found is Found<Ext> {
  return found.content.kind === 'ext';
}

async function hasFile(region: Region, path: string, run: Run): Promise<boolean> {
  // debugfs exits with 0 whatever it finds.
  const { stdout } = await run('debugfs', ['-R', `stat ${path}`, insideDisk(region)]);
  return /^Inode: \d+/m.test(stdout);
}

/** Which partition fstab mounts at /boot, if any. Refuses a disk with more file systems than we can put back. */
function findBoot(fstab: string, contents: readonly Found[]): Found<Ext> | undefined {
  let boot: Found<Ext> | undefined;
  for (const line of fstab.split('\n')) {
    const [spec = '', point = ''] = line.trim().split(/\s+/);
    if (spec.startsWith('#') || !point.startsWith('/') || ['/', '/boot/efi', '/efi'].includes(point))
      continue;
    const found = contents.find((candidate) => names(spec, candidate));
    if (point === '/boot') {
      if (!found || !isExt(found))
        throw new DiskError(
          `the vendor image's fstab mounts ${spec} at /boot, which is no ext4 partition of it`,
        );
      boot = found;
    } else if (found) {
      throw new DiskError(
        `the vendor image has ${point} on a partition of its own (${found.partition.number}); only / and /boot are handled`,
      );
    }
  }
  return boot;
}

/** Whether fstab's `spec` means this partition. */
function names(spec: string, { partition, content }: Found): boolean {
  const [, tag, quoted] = /^(\w+)=(.*)$/.exec(spec) ?? [];
  const value = quoted?.replaceAll('"', '').toLowerCase();
  if (value === undefined) return false;
  switch (tag) {
    case 'UUID':
      return content.kind === 'ext' && content.uuid === value;
    case 'LABEL':
      return content.kind === 'ext' && content.label.toLowerCase() === value;
    case 'PARTUUID':
      return partition.uuid?.toLowerCase() === value;
    case 'PARTLABEL':
      return partition.name?.toLowerCase() === value;
    default:
      return false;
  }
}
