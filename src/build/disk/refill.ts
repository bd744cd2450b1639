import { rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '../../adapters/process.ts';
import { kernelsOf, writeGrubConfig } from './boot.ts';
import type { CloudImage, VendorFileSystem } from './cloud-image.ts';
import { makeExt4, regionOf } from './file-systems.ts';
import { endOfPartitions, writeTable, type Partition, type PartitionTable } from './partition-table.ts';
import { diskRun, DiskError, type DiskTools } from './tools.ts';

/** `image.tree` may be another tree than {@link openCloudImage} made, grown from it: an overlay's merged view, say. */
export interface RefillRequest {
  readonly image: CloudImage;
  readonly work: string;
  readonly diskSizeBytes: number;
}

/**
 * Makes `work/disk.raw`: the vendor's disk, grown to `diskSizeBytes`, with `image.tree` as its root. Boot code, boot loader
 * and EFI system partition stay as the vendor made them, bit for bit, and so do all identifiers. A /boot partition gets
 * what the tree has in /boot. When the kernels are others than the vendor's, grub.cfg is written anew for them.
 */
export async function refillCloudImage(
  { image, work, diskSizeBytes }: RefillRequest,
  tools: DiskTools,
): Promise<{ readonly path: string }> {
  const run = diskRun(tools, work);
  const { tree, head, layout } = image;
  if (diskSizeBytes < layout.sizeBytes) {
    throw new DiskError(
      `the vendor image's disk has ${layout.sizeBytes} bytes: give the image at least that, not ${diskSizeBytes}`,
    );
  }
  const kernels = await kernelsOf(tree);
  if (kernels.join() !== layout.kernels.join()) {
    await writeGrubConfig(
      tree,
      { rootFs: layout.root.uuid, ...(layout.boot ? { bootFs: layout.boot.uuid } : {}) },
      run,
    );
  }
  const path = join(work, 'disk.raw');
  const table = grown(layout.table, layout.root.partition, endOfPartitions(diskSizeBytes));
  await rm(path, { force: true });
  await run('cp', ['--sparse=always', head, path]);
  await truncate(path, diskSizeBytes);
  await writeTable(path, table, run);
  if (layout.boot) await fill(path, table, layout.boot, join(tree, 'boot'), run);
  await fill(path, table, layout.root, tree, layout.boot ? without(join(tree, 'boot'), run) : run);
  return { path };
}

async function fill(
  disk: string,
  table: PartitionTable,
  fs: VendorFileSystem,
  tree: string,
  run: Run,
): Promise<void> {
  await makeExt4(regionOf(disk, partitionOf(table, fs.partition)), fs, tree, run);
}

function partitionOf(table: PartitionTable, number: number): Partition {
  const partition = table.partitions.find((candidate) => candidate.number === number);
  if (!partition) throw new Error(`no partition ${number} in the vendor's table`);
  return partition;
}

function grown(table: PartitionTable, number: number, end: number): PartitionTable {
  const partitions = table.partitions.map((partition) =>
    partition.number === number
      ? { ...partition, size: Math.max(partition.size, end - partition.start) }
      : partition,
  );
  return { ...table, partitions };
}

/** A {@link Run} for whose tools `directory` is empty: what it holds lives on another partition. */
function without(directory: string, run: Run): Run {
  const script = 'set -eu; mount -t tmpfs -o mode=0755 none "$1"; shift; exec "$@"';
  return (command, args, options) =>
    run(
      'unshare',
      ['--mount', '--propagation', 'private', 'sh', '-c', script, 'without', directory, command, ...args],
      options,
    );
}
