import type { FileHandle } from 'node:fs/promises';

/** One partition of a GUID partition table; `start` and `size` in bytes, `type` in lower case. */
export interface Partition {
  readonly number: number;
  readonly type: string;
  readonly start: number;
  readonly size: number;
}

const SECTOR = 512;

/**
 * Partition types under which a Linux root file system is found: the discoverable root types of
 * amd64 and arm64 (UAPI Group, Discoverable Partitions Specification), then plain Linux data.
 */
export const ROOT_TYPES: readonly string[] = [
  '4f68bce3-e8cd-4db1-96e7-fbcaf984b709',
  'b921b045-1df0-41c3-af44-4c6f280d3fae',
  '0fc63daf-8483-4772-8e79-3d69d8477de4',
];

/** The partitions of a raw disk file in table order; `undefined` where there is no GPT. */
export async function readPartitions(file: FileHandle): Promise<readonly Partition[] | undefined> {
  const header = Buffer.alloc(92);
  const { bytesRead } = await file.read(header, 0, header.length, SECTOR);
  if (bytesRead < header.length || header.toString('latin1', 0, 8) !== 'EFI PART') return undefined;
  const count = header.readUInt32LE(80);
  const entrySize = header.readUInt32LE(84);
  const table = Buffer.alloc(count * entrySize);
  await file.read(table, 0, table.length, Number(header.readBigUInt64LE(72)) * SECTOR);
  return Array.from({ length: count }, (_, index) => index)
    .map((index) => {
      const entry = table.subarray(index * entrySize);
      const first = Number(entry.readBigUInt64LE(32));
      const last = Number(entry.readBigUInt64LE(40));
      return {
        number: index + 1,
        type: guid(entry),
        start: first * SECTOR,
        size: (last - first + 1) * SECTOR,
      };
    })
    .filter((partition) => partition.type !== '00000000-0000-0000-0000-000000000000');
}

/** The first three groups of a GUID lie on disk with their bytes reversed. */
function guid(raw: Buffer): string {
  const hex = (start: number, end: number) => raw.toString('hex', start, end);
  const reversed = (start: number, end: number) =>
    Buffer.from(raw.subarray(start, end)).reverse().toString('hex');
  return [reversed(0, 4), reversed(4, 6), reversed(6, 8), hex(8, 10), hex(10, 16)].join('-');
}
