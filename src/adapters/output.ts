import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Writes a file whole or not at all: beside its place, then renamed. A file that already says so is left alone, so
 * that an unchanged compile writes no byte; only rights that it has beyond `mode` are taken away.
 */
export function writeIfChanged(folder: string, name: string, text: string, mode: number): boolean {
  const path = join(folder, name);
  try {
    if (readFileSync(path, 'utf8') === text) {
      if ((statSync(path).mode & 0o777 & ~mode) !== 0) chmodSync(path, mode);
      return false;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  makeFolder(dirname(path));
  const fresh = `${path}.new-${process.pid}`;
  writeFileSync(fresh, text, { mode });
  renameSync(fresh, path);
  return true;
}

/**
 * Makes a folder and all above it; one that is there is left alone. Throws the system's error where that can't be.
 * Node 20 by itself (`recursive`) tries for ever where a file system answers ENOENT to making a folder, as /proc does.
 */
export function makeFolder(path: string): void {
  if (isFolder(path)) return;
  const above = dirname(path);
  if (above !== path) makeFolder(above);
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have been faster.
    if (!isFolder(path)) throw error;
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
