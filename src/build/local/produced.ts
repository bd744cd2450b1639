import { open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
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

/** Moves finished files from `workDir` to `outDir` (same file system); each appears there complete or not at all. */
export async function publish(
  workDir: string,
  outDir: string,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly ProducedFile[]> {
  const files: ProducedFile[] = [];
  for (const name of names) {
    const path = join(workDir, name);
    const sha256 = await fileDigest(path, signal);
    const file = await open(path);
    await file.sync().finally(() => file.close());
    const { size, mtimeMs } = await stat(path);
    files.push({ name, bytes: size, mtimeMs, sha256 });
  }
  signal.throwIfAborted();
  for (const name of names) await rename(join(workDir, name), join(outDir, name));
  return files;
}

/**
 * Whether `outDir` holds the result of this very build, its files untouched since. Reads `manifest.json` and
 * the files' sizes and times; writes nothing. A manifest that can't be read means no.
 */
export async function isUnchanged(outDir: string, buildId: string): Promise<boolean> {
  try {
    const manifest = JSON.parse(await readFile(join(outDir, 'manifest.json'), 'utf8')) as BuildRecord;
    if (manifest.buildId !== buildId || manifest.files.length === 0) return false;
    for (const { name, bytes, mtimeMs } of manifest.files) {
      const now = await stat(join(outDir, name));
      if (now.size !== bytes || now.mtimeMs !== mtimeMs) return false;
    }
    return true;
  } catch {
    return false;
  }
}
