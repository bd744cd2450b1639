import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Stats } from 'node:fs';
import { type FileStat, type ImageReader, readerOf } from './reader.ts';

/** Reads a root tree that lies in a directory of this machine. */
export function openDirectory(root: string): ImageReader {
  return readerOf<string>({
    root,
    stat: async (path) => fileStat(await lstat(path)),
    async lookup(directory, name) {
      const path = join(directory, name);
      return lstat(path).then(
        () => path,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return undefined;
          throw error;
        },
      );
    },
    names: (directory) => readdir(directory),
    content: (file) => readFile(file),
    target: (symlink) => readlink(symlink),
  });
}

function fileStat(stats: Stats): FileStat {
  const type = stats.isFile()
    ? 'file'
    : stats.isDirectory()
      ? 'directory'
      : stats.isSymbolicLink()
        ? 'symlink'
        : 'other';
  return { type, mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid, size: stats.size };
}
