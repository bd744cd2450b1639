import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ToolFailure, type Run } from './process.ts';

/** Makes a file that only its owner can read, whole or not at all. `false`: something of that name is there. */
export function createPrivateFile(path: string, text: string): boolean {
  if (existsSync(path)) return false;
  const fresh = writeBeside(path, text);
  try {
    // Unlike a rename, a link never takes the place of what came into being meanwhile.
    linkSync(fresh, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP') throw error;
    // A file system without links.
    renameSync(fresh, path);
    return true;
  } finally {
    rmSync(fresh, { force: true });
  }
}

/** Puts another text into the place of such a file, whole or not at all. A link stays one. */
export function replacePrivateFile(path: string, text: string): void {
  const file = realpathSync(path);
  const fresh = writeBeside(file, text);
  try {
    renameSync(fresh, file);
  } finally {
    rmSync(fresh, { force: true });
  }
}

/** On the disk when it returns: a secret that a crash leaves empty can't be made again. */
function writeBeside(path: string, text: string): string {
  const fresh = `${path}.new-${process.pid}`;
  rmSync(fresh, { force: true });
  const file = openSync(fresh, 'wx', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return fresh;
}

/**
 * Adds a file that may not be there yet, or a folder, to the `.gitignore` beside it, where that belongs to a git work tree that
 * does not ignore it. The path of that `.gitignore` when a line was added.
 */
export async function keepOutOfGit(path: string, run: Run): Promise<string | undefined> {
  const folder = dirname(path);
  if (!isInWorkTree(folder)) return undefined;
  const ignoreFile = join(folder, '.gitignore');
  const line = `/${basename(path).replace(/[\\*?[\]# ]/g, '\\$&')}`;
  if (await isIgnored(path, line, ignoreFile, run)) return undefined;
  const before = existsSync(ignoreFile) ? readFileSync(ignoreFile, 'utf8') : '';
  appendFileSync(ignoreFile, `${before === '' || before.endsWith('\n') ? '' : '\n'}${line}\n`);
  return ignoreFile;
}

function isInWorkTree(folder: string): boolean {
  if (existsSync(join(folder, '.git'))) return true;
  const parent = dirname(folder);
  return parent !== folder && isInWorkTree(parent);
}

async function isIgnored(path: string, line: string, ignoreFile: string, run: Run): Promise<boolean> {
  try {
    const folder = ['-C', dirname(path)];
    // By the rules alone: git says of what was committed once, each time, that it is not ignored.
    const ask = [...folder, 'check-ignore', '-q', '--no-index', '--', basename(path)];
    const { exitCode } = await run('git', ask, { okCodes: [0, 1] });
    return exitCode === 0;
  } catch (error) {
    if (!(error instanceof ToolFailure)) throw error;
    // No git here, or one that does not trust the folder: a line too many harms nobody.
    return existsSync(ignoreFile) && readFileSync(ignoreFile, 'utf8').split('\n').includes(line);
  }
}
