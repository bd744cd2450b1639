import { open } from 'node:fs/promises';
import type { Run } from '../../adapters/process.ts';
import type { CheckResult } from '../result.ts';
import { ByteSearch } from '../../secrets/byte-search.ts';
import { type Needle, needlesOf, type Secret, SHORTEST_SECRET } from '../../secrets/needles.ts';

const CHUNK = 8 * 1024 * 1024;

/** A stretch of a disk file that holds data, in bytes. */
interface Extent {
  readonly start: number;
  readonly length: number;
}

/**
 * Looks for secrets everywhere on a raw disk file: in files, in free blocks that a deleted file
 * left, in the boot loader's partitions. One result for each secret; the value is never in it.
 * What it can't see: a secret that is compressed, encrypted, or cut in two by a fragmented file.
 */
export async function scanForSecrets(
  rawPath: string,
  secrets: readonly Secret[],
  options: { readonly run: Run; readonly signal?: AbortSignal },
): Promise<readonly CheckResult[]> {
  const needles = secrets.flatMap(needlesOf);
  const found = needles.length === 0 ? new Map<string, Hit>() : await search(rawPath, needles, options);
  return secrets.map((secret) => resultFor(secret, found.get(secret.name)));
}

interface Hit {
  readonly form: string;
  readonly position: number;
}

function resultFor(secret: Secret, hit: Hit | undefined): CheckResult {
  const base = {
    id: 'hygiene/secrets',
    title: `${secret.name} is not on the disk`,
    where: 'offline',
  } as const;
  if (needlesOf(secret).length === 0) {
    const detail = `too short to look for (fewer than ${SHORTEST_SECRET} bytes): a match would prove nothing`;
    return { ...base, status: 'skip', detail };
  }
  if (!hit) return { ...base, status: 'pass' };
  const detail = `found at byte ${hit.position} of the disk, ${hit.form} (whoever has the image has the secret)`;
  return { ...base, status: 'fail', detail };
}

async function search(
  rawPath: string,
  needles: readonly Needle[],
  { run, signal }: { readonly run: Run; readonly signal?: AbortSignal },
): Promise<ReadonlyMap<string, Hit>> {
  const extents = await dataExtents(rawPath, run, signal);
  const searcher = new ByteSearch(needles);
  const found = new Map<string, Hit>();
  const buffer = Buffer.allocUnsafe(CHUNK);
  const file = await open(rawPath, 'r');
  try {
    for (const { start, length } of extents) {
      for (let done = 0; done < length;) {
        signal?.throwIfAborted();
        const { bytesRead } = await file.read(buffer, 0, Math.min(CHUNK, length - done), start + done);
        if (bytesRead === 0) break;
        for (const { needle, position } of searcher.in(buffer.subarray(0, bytesRead))) {
          if (!found.has(needle.secret)) {
            found.set(needle.secret, { form: needle.form, position: start + done + position });
          }
        }
        // A needle may lie across two chunks, so the next one begins a needle's length earlier.
        const last = done + bytesRead >= length;
        done += last ? bytesRead : bytesRead - (searcher.longest - 1);
      }
    }
  } finally {
    await file.close();
  }
  return found;
}

/** Neighbouring stretches are joined, so that nothing is missed at a seam. */
async function dataExtents(
  rawPath: string,
  run: Run,
  signal: AbortSignal | undefined,
): Promise<readonly Extent[]> {
  const args = ['map', '--output=json', '-f', 'raw', rawPath];
  const { stdout } = await run('qemu-img', args, signal ? { signal } : {});
  const map = JSON.parse(stdout) as readonly (Extent & { readonly data: boolean; readonly zero: boolean })[];
  const extents: Extent[] = [];
  for (const { start, length, data, zero } of map) {
    if (!data || zero) continue;
    const previous = extents.at(-1);
    if (previous && previous.start + previous.length === start) {
      extents[extents.length - 1] = { start: previous.start, length: previous.length + length };
    } else {
      extents.push({ start, length });
    }
  }
  return extents;
}
