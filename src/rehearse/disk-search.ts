import { open } from 'node:fs/promises';
import type { ClusterRole } from '../cluster/cluster.ts';
import { ByteSearch } from '../secrets/byte-search.ts';
import { needlesOf, type Secret } from '../secrets/needles.ts';
import { isNeeded } from './needed.ts';

const CHUNK = 16 * 1024 * 1024;

/**
 * Names of the secrets that stand anywhere in a file, as they are or in base64, found by their bytes: in a disk also what
 * was deleted. Rejects as reading does (NodeJS.ErrnoException).
 */
export async function secretsIn(path: string, secrets: readonly Secret[]): Promise<Set<string>> {
  const search = new ByteSearch(secrets.flatMap(needlesOf));
  const overlap = Math.max(0, search.longest - 1);
  const found = new Set<string>();
  const file = await open(path);
  try {
    const buffer = Buffer.alloc(overlap + CHUNK);
    for (let kept = 0; ;) {
      const { bytesRead } = await file.read(buffer, kept, CHUNK);
      if (bytesRead === 0) return found;
      const window = buffer.subarray(0, kept + bytesRead);
      for (const { needle } of search.in(window)) found.add(needle.secret);
      kept = Math.min(overlap, window.length);
      window.copy(buffer, 0, window.length - kept);
    }
  } finally {
    await file.close();
  }
}

/** Of the secrets on a machine's disk those that its role needs nowhere. */
export const needless = (role: ClusterRole, found: Iterable<string>): string[] =>
  [...found].filter((name) => !isNeeded(role, name));
