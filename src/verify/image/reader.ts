/** What a directory entry is; sockets, devices and pipes are `other`. */
export type FileType = 'file' | 'directory' | 'symlink' | 'other';

/** One entry's metadata. `mode` holds the twelve permission bits only; `size` is in bytes. */
export interface FileStat {
  readonly type: FileType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
}

/**
 * Read access to the root file system of a machine that is not running. Paths are absolute and
 * symbolic links are followed inside the image, never outside of it. What does not exist, a
 * dangling link and a loop of links included, is `undefined`; a damaged file system throws.
 */
export interface ImageReader {
  /** Follows a final symbolic link. */
  stat(path: string): Promise<FileStat | undefined>;
  /** Of the entry itself, a final symbolic link not followed. */
  lstat(path: string): Promise<FileStat | undefined>;
  /** Where a symbolic link points, as it is written; `undefined` for anything else. */
  readLink(path: string): Promise<string | undefined>;
  /** The whole content of a regular file; `undefined` for anything else. */
  read(path: string): Promise<Buffer | undefined>;
  /** Names in a directory, sorted, without `.` and `..`; empty for anything else. */
  list(path: string): Promise<readonly string[]>;
}

/**
 * What a kind of file system has to offer for {@link readerOf}: nodes without paths. `names`,
 * `lookup` are only called for directories, `content` for files, `target` for symbolic links.
 */
export interface NodeTree<Node> {
  readonly root: Node;
  stat(node: Node): Promise<FileStat>;
  lookup(directory: Node, name: string): Promise<Node | undefined>;
  names(directory: Node): Promise<readonly string[]>;
  content(file: Node): Promise<Buffer>;
  target(symlink: Node): Promise<string>;
}

/** As many as the Linux kernel follows. */
const MAX_LINKS = 40;

/** The path walk, written once for every kind of tree. */
export function readerOf<Node>(tree: NodeTree<Node>): ImageReader {
  async function walk(path: string, followLast: boolean): Promise<Node | undefined> {
    const trail: Node[] = [tree.root];
    const rest = partsOf(path);
    let links = 0;
    for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
      if (name === '..') {
        if (trail.length > 1) trail.pop();
        continue;
      }
      const directory = trail[trail.length - 1] as Node;
      if ((await tree.stat(directory)).type !== 'directory') return undefined;
      const node = await tree.lookup(directory, name);
      if (node === undefined) return undefined;
      const isLink = (await tree.stat(node)).type === 'symlink';
      if (!isLink || (rest.length === 0 && !followLast)) {
        trail.push(node);
        continue;
      }
      links += 1;
      if (links > MAX_LINKS) return undefined;
      const target = await tree.target(node);
      if (target.startsWith('/')) trail.length = 1;
      rest.unshift(...partsOf(target));
    }
    return trail[trail.length - 1];
  }

  async function find(path: string, type: FileType, followLast = true): Promise<Node | undefined> {
    const node = await walk(path, followLast);
    return node !== undefined && (await tree.stat(node)).type === type ? node : undefined;
  }

  return {
    async stat(path) {
      const node = await walk(path, true);
      return node === undefined ? undefined : tree.stat(node);
    },
    async lstat(path) {
      const node = await walk(path, false);
      return node === undefined ? undefined : tree.stat(node);
    },
    async readLink(path) {
      const node = await find(path, 'symlink', false);
      return node === undefined ? undefined : tree.target(node);
    },
    async read(path) {
      const node = await find(path, 'file');
      return node === undefined ? undefined : tree.content(node);
    },
    async list(path) {
      const node = await find(path, 'directory');
      return node === undefined ? [] : [...(await tree.names(node))].sort();
    },
  };
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

/** The content of a text file; `undefined` where there is no such regular file. */
export async function readText(reader: ImageReader, path: string): Promise<string | undefined> {
  return (await reader.read(path))?.toString('utf8');
}

/**
 * Every entry below a directory, depth first and sorted, directories before what is in them;
 * symbolic links are entries and are not followed.
 */
export async function* walkTree(
  reader: ImageReader,
  directory: string,
): AsyncGenerator<{ readonly path: string; readonly stat: FileStat }> {
  for (const name of await reader.list(directory)) {
    const path = directory === '/' ? `/${name}` : `${directory}/${name}`;
    const stat = await reader.lstat(path);
    if (!stat) continue;
    yield { path, stat };
    if (stat.type === 'directory') yield* walkTree(reader, path);
  }
}
