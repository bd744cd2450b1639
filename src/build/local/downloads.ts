import { link, mkdir, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { fileDigest } from '../../adapters/digest.ts';
import type { Host } from './host.ts';
import { waitForLock } from './lock.ts';
import { isMissing, paths } from './store.ts';
import type { Workspace } from './workspace.ts';

/** A file that a profile names, and what must be in it. */
export interface Source {
  readonly location: string;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** How files that a profile names are come by. */
export interface SourceFiles {
  /** The path of a file on this machine; undefined where the location is an address on the network. */
  readonly pathOf: (location: string) => string | undefined;
  /** Fetches an address to `path`, whole and with the sha256 that is expected, or rejects. */
  readonly fetch: (location: string, path: string, sha256: string, signal: AbortSignal) => Promise<void>;
}

export interface SourceContext {
  readonly host: Host;
  readonly cacheDir: string;
  readonly workspace: Pick<Workspace, 'path'>;
  readonly files: SourceFiles;
  readonly signal: AbortSignal;
}

/**
 * The path of a file that a profile names, as it must be where it was fetched; a file of this machine's own is for who uses it
 * to check. What is fetched is kept in the cache by its sha256, and linked into the workspace: there it stays for the whole bake,
 * whoever prunes the cache. Two bakes that want the same file fetch it once.
 */
export async function sourceFile(context: SourceContext, { location, sha256 }: Source): Promise<string> {
  const { host, cacheDir, workspace, files, signal } = context;
  const local = files.pathOf(location);
  if (local !== undefined) return local;
  const ours = join(workspace.path, sha256);
  const { downloads, download, lock } = paths(cacheDir);
  await mkdir(downloads, { recursive: true });
  const turn = await waitForLock(host, lock(sha256), 'exclusive', signal);
  try {
    await rm(ours, { force: true });
    if ((await isLinked(download(sha256), ours)) && (await fileDigest(ours, signal)) === sha256) {
      const now = new Date(host.now());
      await utimes(ours, now, now);
      return ours;
    }
    await rm(ours, { force: true });
    await files.fetch(location, ours, sha256, signal);
    await rm(download(sha256), { force: true });
    await link(ours, download(sha256));
    return ours;
  } finally {
    await turn.release();
  }
}

async function isLinked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
