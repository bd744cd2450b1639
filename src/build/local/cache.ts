import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolFailure } from '../../adapters/process.ts';
import { FolderUnreadable } from './failures.ts';
import type { Host } from './host.ts';
import type { LayerName } from './identity.ts';
import { tryLock } from './lock.ts';
import type { LockMode } from './lock.ts';
import { contentDigest, diskUsage, listingDigest } from './measure.ts';
import { isMissing, makeFolders, paths, readMeta, readPartial } from './store.ts';
import type { LayerMeta } from './store.ts';

/** Something kept in the cache. */
export interface CacheEntry {
  readonly kind: 'layer' | 'partial' | 'download';
  /** Of a layer: its id; of unfinished work: the id of its ground; of a download: its sha256. */
  readonly id: string;
  /** `damaged` where the entry of a layer doesn't say. */
  readonly name: LayerName | 'damaged' | 'download';
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
  /** Of what is not sound: whether it was removed. It was not where a bake uses it. */
  readonly removed?: boolean;
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
  const { layers, partials, downloads, download } = paths(cacheDir);
  const found = [
    ...(await names(layers)).map((id) => layerEntry(join(layers, id), id)),
    ...(await names(partials)).map((id) => partialEntry(host, join(partials, id), id)),
    ...(await names(downloads)).map((id) => downloadEntry(download(id), id)),
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

async function downloadEntry(path: string, id: string): Promise<CacheEntry | undefined> {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) return undefined;
  const { blocks, birthtimeMs: created, mtimeMs: lastUsed } = info;
  return { kind: 'download', id, name: 'download', bytes: blocks * 512, created, lastUsed };
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
  const moved = await underLock(host, cacheDir, id, 'exclusive', () =>
    moveAway(cacheDir, paths(cacheDir)[kind](id)),
  );
  return moved === undefined ? 'in use' : moved ? 'removed' : 'gone';
}

/** In the work folder, whatever is left of it by a kill is swept away by the next bake. False when there is nothing to move. */
async function moveAway(cacheDir: string, place: string): Promise<boolean> {
  // A name of its own: what an earlier kill has left may still be there.
  const away = join(paths(cacheDir).work, `removed-${randomUUID()}`);
  try {
    await rename(place, away);
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
  await rm(away, { recursive: true, force: true, maxRetries: 3 });
  return true;
}

/**
 * Reads every byte of every layer, compares, and removes those that are not sound, so that the next bake that needs them makes
 * them again. What a bake is using stays. What is being made right now is left out.
 */
export async function verifyCache(host: Host, cacheDir: string): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const id of await names(paths(cacheDir).layers)) {
    const verdict = await underLock(host, cacheDir, id, 'shared', () => judge(host, cacheDir, id));
    if (verdict === undefined) continue;
    // Judged again with nobody else at it: a bake may have made it anew meanwhile.
    const removed =
      !verdict.sound &&
      (await underLock(host, cacheDir, id, 'exclusive', async () => {
        if ((await judge(host, cacheDir, id))?.sound ?? true) return false;
        return moveAway(cacheDir, paths(cacheDir).layer(id));
      }));
    verdicts.push(verdict.sound ? verdict : { ...verdict, removed: removed ?? false });
  }
  return verdicts;
}

/** Undefined when somebody stands in the way. */
async function underLock<T>(
  host: Host,
  cacheDir: string,
  id: string,
  mode: LockMode,
  action: () => Promise<T>,
): Promise<T | undefined> {
  await makeFolders(cacheDir);
  const lock = await tryLock(host, paths(cacheDir).lock(id), mode);
  if (lock === undefined) return undefined;
  return action().finally(lock.release);
}

/** Undefined when it is gone. */
async function judge(host: Host, cacheDir: string, id: string): Promise<Verdict | undefined> {
  const folder = paths(cacheDir).layer(id);
  if (!(await stat(folder).catch(() => undefined))) return undefined;
  const meta = await readMeta(folder);
  const reason = meta ? await whatIsWrong(host, join(folder, 'tree'), meta) : 'its description is missing';
  const name = meta?.name ?? 'damaged';
  return reason === undefined ? { id, name, sound: true } : { id, name, sound: false, reason };
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
