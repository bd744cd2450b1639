import type { Run } from '../../adapters/process.ts';
import { DiskError } from './tools.ts';

/** Bytes. The tables we make and the vendor images we take all count in these. */
export const SECTOR = 512;
/** Partitions begin and end on multiples of this many sectors (1 MiB). */
export const GRAIN = 2048;

/** GPT partition types: UEFI specification; the Discoverable Partitions Specification for the last. */
export const PARTITION_TYPE = {
  biosBoot: '21686148-6449-6E6F-744E-656564454649',
  esp: 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B',
  rootAmd64: '4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709',
} as const;

/** `start` and `size` in sectors; the texts as sfdisk prints them. */
export interface Partition {
  readonly number: number;
  readonly start: number;
  readonly size: number;
  readonly type: string;
  readonly uuid?: string;
  readonly name?: string;
  readonly attrs?: string;
  /** MBR's active flag. */
  readonly bootable?: boolean;
}

export interface PartitionTable {
  readonly label: 'gpt' | 'dos';
  readonly id: string;
  readonly partitions: readonly Partition[];
}

/** Writes `table` over the one that `disk` has; the boot code in the first sector stays. */
export async function writeTable(disk: string, table: PartitionTable, run: Run): Promise<void> {
  const header = [`label: ${table.label}`, `label-id: ${table.id}`, 'unit: sectors'];
  // Without this sfdisk refuses what begins before 1 MiB, where vendors have put boot partitions.
  if (table.label === 'gpt') header.push('first-lba: 34');
  const input = [...header, '', ...table.partitions.map(scriptLine), ''].join('\n');
  const quietly = [
    '--quiet',
    '--no-reread',
    '--no-tell-kernel',
    '--wipe',
    'never',
    '--wipe-partitions',
    'never',
  ];
  await run('sfdisk', [...quietly, disk], { input });
}

function scriptLine({ number, start, size, type, uuid, name, attrs, bootable }: Partition): string {
  const fields = [`start=${start}`, `size=${size}`, `type=${type}`];
  if (uuid !== undefined) fields.push(`uuid=${uuid}`);
  if (name !== undefined) fields.push(`name="${name}"`);
  if (attrs !== undefined) fields.push(`attrs="${attrs}"`);
  if (bootable) fields.push('bootable');
  return `${number} : ${fields.join(', ')}`;
}

interface SfdiskTable {
  readonly label: string;
  readonly id: string;
  readonly sectorsize?: number;
  readonly partitions?: readonly (Omit<Partition, 'number'> & { readonly node: string })[];
}

/**
 * Reads the table of a disk file, partitions in the table's order (which need not be the disk's).
 * Throws {@link DiskError} for a table that we do not handle.
 */
export async function readTable(disk: string, run: Run): Promise<PartitionTable> {
  const { stdout, stderr } = await run('sfdisk', ['--json', disk], { okCodes: [0, 1] });
  if (stdout === '')
    throw new DiskError(
      `no partition table (is it compressed, or an ISO?): ${stderr.trim().replaceAll(`${disk}: `, '')}`,
    );
  const { partitiontable: found } = JSON.parse(stdout) as { partitiontable: SfdiskTable };
  const { label } = found;
  if (label !== 'gpt' && label !== 'dos')
    throw new DiskError(`the partition table is "${label}"; only gpt and dos are handled`);
  if ((found.sectorsize ?? SECTOR) !== SECTOR)
    throw new DiskError(`the disk has sectors of ${found.sectorsize} bytes; only ${SECTOR} is handled`);
  const partitions = (found.partitions ?? []).map(({ node, ...rest }) => ({
    ...rest,
    number: trailingNumber(node),
  }));
  return { label, id: found.id, partitions };
}

/** sfdisk names the partitions of `disk.raw` `disk.raw1`, and those of `disk2` `disk2p1`. */
function trailingNumber(node: string): number {
  return Number(/\d+$/.exec(node)?.[0]);
}

/**
 * The last sector that a partition on a disk of `diskSizeBytes` may use, rounded down to the grain. GPT keeps 33 sectors
 * at the end for its copy; a dos disk is treated alike, so that it can be made GPT later.
 */
export function endOfPartitions(diskSizeBytes: number): number {
  return Math.floor((Math.floor(diskSizeBytes / SECTOR) - 33) / GRAIN) * GRAIN;
}
