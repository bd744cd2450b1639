import { mkdir, open, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from './host.ts';
import type { LayerName, LayerSpec } from './identity.ts';
import { waitForLock } from './lock.ts';
import { contentDigest, diskUsage, listingDigest } from './measure.ts';
import type { Stacking } from './stacking.ts';

/** How long a step took when it was done. */
export interface StepTime {
  readonly stepId: string;
  readonly ms: number;
}

/** What a finished layer says about itself, in `meta.json` beside its tree. Its mtime is the layer's last use. */
export interface LayerMeta {
  readonly id: string;
  readonly name: LayerName;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly parent?: string;
  /**
   * The parent's `listing` when this layer was made on it. Ids name recipes; a parent made again from the
   * same recipe may hold newer packages, and what was made on the old one does not fit it.
   */
  readonly parentListing?: string;
  readonly stacking: Stacking;
  readonly bytes: number;
  /** {@link listingDigest} of the tree. */
  readonly listing: string;
  /** {@link contentDigest} of the tree. */
  readonly content: string;
  readonly steps: readonly StepTime[];
}

/** Unfinished work of a layer whose step failed. */
export interface PartialMeta {
  readonly name: LayerName;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly parentListing: string;
  readonly stacking: Stacking;
  readonly listing: string;
  /** Of the steps that ended well, and of the one that failed: their `stepKeys`, in order. */
  readonly attempted: readonly string[];
}

/** A layer as found in the cache. `stale`: sound, but made on another parent or in another form. */
export type Found =
  { readonly state: 'absent' | 'damaged' | 'stale' } | { readonly state: 'good'; readonly meta: LayerMeta };

/** The folders of a cache. Layers and partials are complete folders renamed into place. */
export const paths = (cacheDir: string) => ({
  layers: join(cacheDir, 'layers'),
  partials: join(cacheDir, 'partial'),
  work: join(cacheDir, 'work'),
  downloads: join(cacheDir, 'downloads'),
  layer: (id: string) => join(cacheDir, 'layers', id),
  partial: (ground: string) => join(cacheDir, 'partial', ground),
  /** A whole file from the network, by its sha256. */
  download: (sha256: string) => join(cacheDir, 'downloads', sha256),
  /** Of a layer by its id, of unfinished work by its ground, of a download by its sha256. Lock files stay, empty: removing one would let two processes hold locks of the same name. */
  lock: (id: string) => join(cacheDir, 'locks', id),
});

/** Path of a finished layer's tree relative to the cache. */
export const treeOf = (id: string): string => join('layers', id, 'tree');

export async function makeFolders(cacheDir: string): Promise<void> {
  for (const folder of ['layers', 'partial', 'work', 'locks']) {
    await mkdir(join(cacheDir, folder), { recursive: true });
  }
}

/** Reads what a layer's folder says about it; undefined when it says nothing that can be read. */
export async function readMeta(folder: string): Promise<LayerMeta | undefined> {
  return readJson<LayerMeta>(join(folder, 'meta.json'));
}

/** The same for a partial's folder. */
export async function readPartial(folder: string): Promise<PartialMeta | undefined> {
  return readJson<PartialMeta>(join(folder, 'meta.json'));
}

/** Looks for a layer and compares its listing. */
export async function findLayer(
  host: Host,
  cacheDir: string,
  spec: LayerSpec,
  parent: LayerMeta | undefined,
  stacking: Stacking,
): Promise<Found> {
  const folder = paths(cacheDir).layer(spec.id);
  if (!(await exists(folder))) return { state: 'absent' };
  const meta = await readMeta(folder);
  const tree = join(folder, 'tree');
  if (meta === undefined || !(await exists(tree))) return { state: 'damaged' };
  if (meta.parentListing !== parent?.listing || meta.stacking !== stacking) return { state: 'stale' };
  return (await listingDigest(host, tree)) === meta.listing ? { state: 'good', meta } : { state: 'damaged' };
}

/** Notes that a layer has been used now. */
export async function touchLayer(host: Host, cacheDir: string, id: string): Promise<void> {
  const now = new Date(host.now());
  await utimes(join(paths(cacheDir).layer(id), 'meta.json'), now, now);
}

/**
 * Puts the finished folder `made` (holding `tree`, on the cache's file system) in the place of layer `spec.id`.
 * What stood there is moved into `made`'s neighbour and left to the caller's cleaning up.
 */
export async function commitLayer(
  host: Host,
  cacheDir: string,
  made: string,
  layer: Pick<LayerMeta, 'id' | 'name' | 'parent' | 'parentListing' | 'stacking' | 'steps'>,
  signal: AbortSignal,
): Promise<void> {
  const tree = join(made, 'tree');
  const [listing, content, bytes] = await Promise.all([
    listingDigest(host, tree, signal),
    contentDigest(host, tree, signal),
    diskUsage(host, tree, signal),
    host.run('sync', ['--file-system', tree], { signal }),
  ]);
  const meta: LayerMeta = { ...layer, created: host.now(), bytes, listing, content };
  await writeDurably(join(made, 'meta.json'), meta);
  signal.throwIfAborted();
  await replaceFolder(made, paths(cacheDir).layer(layer.id));
}

/** Keeps unfinished work for the next bake; a newer one takes the place of an older. */
export async function keepPartial(
  host: Host,
  cacheDir: string,
  made: string,
  ground: string,
  partial: Omit<PartialMeta, 'listing' | 'created'>,
): Promise<void> {
  const tree = join(made, 'tree');
  await host.run('sync', ['--file-system', tree]);
  const meta: PartialMeta = { ...partial, created: host.now(), listing: await listingDigest(host, tree) };
  await writeDurably(join(made, 'meta.json'), meta);
  const lock = await waitForLock(host, paths(cacheDir).lock(ground), 'exclusive');
  await replaceFolder(made, paths(cacheDir).partial(ground)).finally(lock.release);
}

/**
 * Takes over unfinished work that this layer can go on with, as the folder `into`. It fits when what was
 * done, the failed step included (steps can be run again), is how the layer's own steps begin.
 * @returns what had been done, or undefined.
 */
export async function takePartial(
  host: Host,
  cacheDir: string,
  spec: LayerSpec,
  parent: LayerMeta,
  stacking: Stacking,
  into: string,
): Promise<PartialMeta | undefined> {
  const folder = paths(cacheDir).partial(spec.ground);
  const meta = await readPartial(folder);
  if (meta === undefined || meta.parentListing !== parent.listing || meta.stacking !== stacking)
    return undefined;
  if (!meta.attempted.every((key, index) => spec.stepKeys[index] === key)) return undefined;
  const lock = await waitForLock(host, paths(cacheDir).lock(spec.ground), 'exclusive');
  try {
    await rename(folder, into);
  } catch (error) {
    if (isMissing(error)) return undefined; // another bake was quicker
    throw error;
  } finally {
    await lock.release();
  }
  if ((await listingDigest(host, join(into, 'tree'))) === meta.listing) return meta;
  await rm(into, { recursive: true, force: true });
  return undefined;
}

async function replaceFolder(made: string, place: string): Promise<void> {
  await rename(place, `${made}.replaced`).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
  await rename(made, place);
  await syncFolder(join(place, '..'));
}

async function writeDurably(path: string, value: unknown): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`, { flush: true });
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  await folder.sync().finally(() => folder.close());
}

async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => {
      if (isMissing(error)) return false;
      throw error;
    },
  );
}

/** ENOENT, or ENOTDIR: a file stands where a folder should. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
