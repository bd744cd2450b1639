import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Host } from './host.ts';
import { tryLock, waitForLock } from './lock.ts';
import { paths } from './store.ts';

/** A folder in the cache for one bake's unfinished things. It is locked while its bake lives. */
export interface Workspace {
  /** Absolute. */
  readonly path: string;
  /** Relative to the cache. */
  readonly name: string;
  readonly remove: () => Promise<void>;
}

/** Opens a workspace, and removes those that dead bakes have left. */
export async function openWorkspace(host: Host, cacheDir: string): Promise<Workspace> {
  const { work } = paths(cacheDir);
  await sweep(host, work);
  for (;;) {
    const path = await mkdtemp(join(work, 'bake-'));
    // Another bake's sweep may hold it, for a moment, and remove it.
    const lock = await waitForLock(host, path, 'exclusive');
    if (!(await isFolder(path))) {
      await lock.release();
      continue;
    }
    await chmod(path, 0o700);
    const remove = async (): Promise<void> => {
      await rm(path, { recursive: true, force: true, maxRetries: 3 });
      await lock.release();
    };
    return { path, name: relative(cacheDir, path), remove };
  }
}

async function sweep(host: Host, work: string): Promise<void> {
  for (const name of await readdir(work)) {
    const path = join(work, name);
    const lock = await tryLock(host, path, 'exclusive');
    if (lock === undefined) continue;
    await rm(path, { recursive: true, force: true });
    await lock.release();
  }
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
