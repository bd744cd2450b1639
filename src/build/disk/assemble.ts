import { rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SMALLEST_DISK } from '../../catalog/disk.ts';
import { installBiosGrub } from './bios.ts';
import { prepareBoot } from './boot.ts';
import { makeEsp, makeExt4, regionOf } from './file-systems.ts';
import { diskIdentity, type DiskIdentity } from './identity.ts';
import {
  endOfPartitions,
  GRAIN,
  PARTITION_TYPE,
  SECTOR,
  writeTable,
  type Partition,
  type PartitionTable,
} from './partition-table.ts';
import { diskRun, DiskError, type DiskTools } from './tools.ts';

const ESP_BYTES = 64 * 1024 * 1024;

export interface DiskRequest {
  /** A writable root tree, owned as in the image; /boot, /etc/fstab and /etc/default/grub are written in it. */
  readonly tree: string;
  /** An existing directory for the disk file, on a file system with sparse files. */
  readonly work: string;
  readonly diskSizeBytes: number;
  readonly arch: 'amd64';
  /** What every identifier on the disk is derived from: the plan's hash. */
  readonly seed: string;
}

/** A raw, sparse disk file. */
export interface AssembledDisk {
  readonly path: string;
  readonly identity: DiskIdentity;
}

/**
 * Makes `work/disk.raw` from a root tree: GPT with BIOS-boot, EFI system and root partition, GRUB for BIOS and UEFI.
 * Needs neither loop device nor virtual machine, but the right to chroot.
 * Throws {@link DiskError} for a tree or size that can't become a disk, ToolFailure when a tool fails.
 */
export async function assembleDisk(request: DiskRequest, tools: DiskTools): Promise<AssembledDisk> {
  const { tree, work, diskSizeBytes, seed } = request;
  if (diskSizeBytes < SMALLEST_DISK) {
    throw new DiskError(
      `a disk of ${diskSizeBytes} bytes is too small: give the image at least ${SMALLEST_DISK}`,
    );
  }
  const run = diskRun(tools, work);
  const identity = diskIdentity(seed);
  const path = join(work, 'disk.raw');
  const { table, biosBoot, esp, root } = standardLayout(diskSizeBytes, identity);

  const bootFiles = await prepareBoot(tree, identity, run);
  await makeEmptyDisk(path, diskSizeBytes);
  await writeTable(path, table, run);
  await installBiosGrub(path, biosBoot, bootFiles);
  await makeEsp(regionOf(path, esp), identity.espVolumeId, bootFiles.coreEfi, run);
  await makeExt4(
    regionOf(path, root),
    { uuid: identity.rootFs, label: 'root', hashSeed: identity.rootHashSeed },
    tree,
    run,
  );
  return { path, identity };
}

/** A sparse file of zeroes in place of whatever was there. */
async function makeEmptyDisk(path: string, bytes: number): Promise<void> {
  await rm(path, { force: true });
  await writeFile(path, '');
  await truncate(path, bytes);
}

/** BIOS-boot, EFI system, root: the order on the disk and in the table; root last, so that it grows with its disk. */
function standardLayout(diskSizeBytes: number, identity: DiskIdentity) {
  const biosBoot: Partition = {
    number: 1,
    start: GRAIN,
    size: GRAIN,
    type: PARTITION_TYPE.biosBoot,
    uuid: identity.biosBoot,
    name: 'bios-boot',
  };
  const esp: Partition = {
    number: 2,
    start: 2 * GRAIN,
    size: ESP_BYTES / SECTOR,
    type: PARTITION_TYPE.esp,
    uuid: identity.esp,
    name: 'esp',
  };
  const start = esp.start + esp.size;
  const root: Partition = {
    number: 3,
    start,
    size: endOfPartitions(diskSizeBytes) - start,
    type: PARTITION_TYPE.rootAmd64,
    uuid: identity.root,
    name: 'root',
  };
  const table: PartitionTable = { label: 'gpt', id: identity.disk, partitions: [biosBoot, esp, root] };
  return { table, biosBoot, esp, root };
}
