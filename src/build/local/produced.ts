import { open, readFile, rename, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileDigest } from '../../adapters/digest.ts';

/** A file in the output folder, as `manifest.json` records it. */
export interface ProducedFile {
  /** Relative to the output folder. */
  readonly name: string;
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly mtimeMs: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** The part of `manifest.json` that tells whether there is anything to do. */
export interface BuildRecord {
  readonly buildId: string;
  readonly files: readonly ProducedFile[];
}

/** Sums up a file that is finished, and waits until the disk has it: of gigabytes, each takes seconds. */
export async function finish(path: string, signal: AbortSignal): Promise<ProducedFile> {
  const sha256 = await fileDigest(path, signal);
  const file = await open(path);
  await file.sync().finally(() => file.close());
  const { size, mtimeMs } = await stat(path);
  return { name: basename(path), bytes: size, mtimeMs, sha256 };
}

/** Moves finished files from `workDir` to `outDir` (same file system); each appears there complete or not at all. */
export async function publish(
  workDir: string,
  outDir: string,
  files: readonly ProducedFile[],
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  for (const { name } of files) await rename(join(workDir, name), join(outDir, name));
}

/**
 * Files of this very build in `outDir` that are untouched since, as `manifest.json` records them. Reads that and the files' sizes and times;
 * writes nothing. A manifest that can't be read means none.
 */
export async function intactFiles<File extends ProducedFile>(
  outDir: string,
  buildId: string,
): Promise<readonly File[]> {
  const manifest = await readRecord<File>(outDir);
  if (manifest?.buildId !== buildId) return [];
  const intact = await Promise.all(manifest.files.map((file) => isIntact(outDir, file)));
  return manifest.files.filter((_, index) => intact[index]);
}

/** What `manifest.json` says of the build that `outDir` holds; undefined where that can't be read. */
export async function readRecord<File extends ProducedFile>(
  outDir: string,
): Promise<{ readonly buildId: string; readonly files: readonly File[] } | undefined> {
  try {
    const manifest = JSON.parse(
      await readFile(join(outDir, 'manifest.json'), 'utf8'),
    ) as Partial<BuildRecord>;
    if (typeof manifest.buildId !== 'string' || !Array.isArray(manifest.files)) return undefined;
    return { buildId: manifest.buildId, files: manifest.files as readonly File[] };
  } catch {
    return undefined;
  }
}

async function isIntact(outDir: string, { name, bytes, mtimeMs }: ProducedFile): Promise<boolean> {
  return stat(join(outDir, name)).then(
    (now) => now.size === bytes && now.mtimeMs === mtimeMs,
    () => false,
  );
}
