import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolFailure } from '../../adapters/process.ts';
import { FolderUnreadable } from './failures.ts';
import type { Host } from './host.ts';
import type { LayerName } from './identity.ts';
import { tryLock } from './lock.ts';
import { contentDigest, diskUsage, listingDigest } from './measure.ts';
import { isMissing, makeFolders, paths, readMeta, readPartial } from './store.ts';
import type { LayerMeta } from './store.ts';

/** Something kept in the cache. */
export interface CacheEntry {
  readonly kind: 'layer' | 'partial';
  /** Of a layer: its id; of unfinished work: the id of its ground. */
  readonly id: string;
  /** `damaged` where the entry doesn't say. */
  readonly name: LayerName | 'damaged';
  readonly parent?: string;
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly lastUsed: number;
}

/** What {@link verifyCache} found out about one layer. */
export interface Verdict {
  readonly id: string;
  readonly name: LayerName | 'damaged';
  readonly sound: boolean;
  /** Why it is not. */
  readonly reason?: string;
}

/** 20 GiB, unless `BAKE_CACHE_LIMIT` says otherwise. */
export const DEFAULT_LIMIT_BYTES = 20 * 2 ** 30;

/** Bytes of `10GiB`, `500MiB`, `0`; undefined when it is no size. */
export function parseLimit(text: string): number | undefined {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)\s*([KMGT]iB)?$/.exec(text.trim()) ?? [];
  if (digits === undefined || (unit === '' && digits.includes('.'))) return undefined;
  return Math.round(Number(digits) * 1024 ** ['', 'KiB', 'MiB', 'GiB', 'TiB'].indexOf(unit));
}

/** Everything kept, least recently used first. An absent cache is an empty one. */
export async function listCache(host: Host, cacheDir: string): Promise<readonly CacheEntry[]> {
  const { layers, partials } = paths(cacheDir);
  const found = [
    ...(await names(layers)).map((id) => layerEntry(join(layers, id), id)),
    ...(await names(partials)).map((id) => partialEntry(host, join(partials, id), id)),
  ];
  const entries = (await Promise.all(found)).filter((entry) => entry !== undefined);
  return entries.sort((a, b) => a.lastUsed - b.lastUsed);
}

async function layerEntry(folder: string, id: string): Promise<CacheEntry | undefined> {
  const meta = await readMeta(folder);
  const times = await stat(meta ? join(folder, 'meta.json') : folder).catch(() => undefined);
  if (times === undefined) return undefined; // pruned by somebody else meanwhile
  const lastUsed = times.mtimeMs;
  if (meta === undefined)
    return { kind: 'layer', id, name: 'damaged', bytes: 0, created: lastUsed, lastUsed };
  const { name, parent, bytes, created } = meta;
  return { kind: 'layer', id, name, ...(parent === undefined ? {} : { parent }), bytes, created, lastUsed };
}

async function partialEntry(host: Host, folder: string, id: string): Promise<CacheEntry | undefined> {
  const partial = await readPartial(folder);
  if (partial === undefined) return undefined;
  const { name, created } = partial;
  try {
    const bytes = await diskUsage(host, folder);
    return { kind: 'partial', id, name, bytes, created, lastUsed: created };
  } catch (error) {
    // A bake goes on with it, or it was pruned by somebody else meanwhile.
    if (error instanceof ToolFailure && !(await stat(folder).catch(() => undefined))) return undefined;
    throw error;
  }
}

/**
 * Removes what was used least recently until at most `toBytes` are left (0: everything). A layer goes after
 * those made on it, and not while a bake uses it.
 * @returns what was removed.
 */
export async function pruneCache(
  host: Host,
  cacheDir: string,
  toBytes: number,
): Promise<readonly CacheEntry[]> {
  const left = new Set(await listCache(host, cacheDir));
  const removed: CacheEntry[] = [];
  let bytes = [...left].reduce((sum, entry) => sum + entry.bytes, 0);
  const inUse = new Set<CacheEntry>();
  while (bytes > toBytes || (toBytes === 0 && left.size > inUse.size)) {
    const parents = new Set([...left].map((entry) => entry.parent));
    const oldest = [...left].find((entry) => !parents.has(entry.id) && !inUse.has(entry));
    if (oldest === undefined) break;
    const outcome = await remove(host, cacheDir, oldest);
    if (outcome === 'in use') {
      inUse.add(oldest);
      continue;
    }
    left.delete(oldest);
    bytes -= oldest.bytes;
    if (outcome === 'removed') removed.push(oldest);
  }
  return removed;
}

/** Moves an entry away in one go, then deletes it. `gone`: somebody else has removed it meanwhile. */
async function remove(
  host: Host,
  cacheDir: string,
  { kind, id }: Pick<CacheEntry, 'kind' | 'id'>,
): Promise<'removed' | 'gone' | 'in use'> {
  const places = paths(cacheDir);
  await makeFolders(cacheDir);
  const lock = await tryLock(host, places.lock(id), 'exclusive');
  if (lock === undefined) return 'in use';
  // In the work folder, whatever is left of it by a kill is swept away by the next bake. A name of its own: what an earlier
  // kill has left may still be there.
  const away = join(places.work, `removed-${randomUUID()}`);
  try {
    await rename(kind === 'layer' ? places.layer(id) : places.partial(id), away);
  } catch (error) {
    if (isMissing(error)) return 'gone';
    throw error;
  } finally {
    await lock.release();
  }
  await rm(away, { recursive: true, force: true, maxRetries: 3 });
  return 'removed';
}

/** Reads every byte of every layer and compares. */
export async function verifyCache(host: Host, cacheDir: string): Promise<readonly Verdict[]> {
  const { layers } = paths(cacheDir);
  const verdicts: Verdict[] = [];
  for (const id of await names(layers)) {
    const meta = await readMeta(join(layers, id));
    const reason = meta
      ? await whatIsWrong(host, join(layers, id, 'tree'), meta)
      : 'its description is missing';
    verdicts.push({
      id,
      name: meta?.name ?? 'damaged',
      ...(reason === undefined ? { sound: true } : { sound: false, reason }),
    });
  }
  return verdicts;
}

async function whatIsWrong(host: Host, tree: string, meta: LayerMeta): Promise<string | undefined> {
  try {
    if ((await listingDigest(host, tree)) !== meta.listing) return 'files are missing, added or altered';
    if ((await contentDigest(host, tree)) !== meta.content)
      return 'content has changed behind unchanged sizes and times';
    return undefined;
  } catch (error) {
    if (error instanceof ToolFailure) return `it can't be read: ${error.output.trim()}`;
    throw error;
  }
}

async function names(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error.code === 'ENOENT') return [];
    throw new FolderUnreadable(folder, error.message);
  });
}
