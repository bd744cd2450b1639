import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { makeFolder, writeIfChanged } from '../adapters/output.ts';
import { keepOutOfGit } from '../adapters/private-files.ts';
import { run, ToolFailure } from '../adapters/process.ts';
import type { Compiled } from '../compile.ts';
import { thisHost } from './cache-folder.ts';
import { EXIT, Stop, type Io } from './io.ts';

/** The folder of a profile's products: `out/worker`, or `DIR/worker` with `--out DIR`. */
export function outputFolder(compiled: Compiled, out: string | undefined, io: Io): string {
  return join(resolve(io.cwd, out ?? 'out'), compiled.plan.profile);
}

/** Writes every text form of the plan; says how many files changed. Stops where the folder can't be written to. */
export function writeArtifacts(compiled: Compiled, folder: string): number {
  try {
    return compiled.artifacts.filter(({ name, text, executable, secret }) =>
      writeIfChanged(folder, name, text, secret ? 0o600 : executable ? 0o755 : 0o644),
    ).length;
  } catch (error) {
    throw cannotWrite(error, folder, 'choose another folder with --out');
  }
}

/**
 * The same where a bake may be at work: under the lock of its folder, so that no texts of ours come to lie beside its image.
 * @throws OutputBusy while it is.
 */
export async function writeArtifactsLocked(compiled: Compiled, folder: string, io: Io): Promise<number> {
  const write = (): number => writeArtifacts(compiled, folder);
  // Nobody bakes into a folder that is not there.
  if (!existsSync(`${folder}/`) || areWritten(compiled, folder)) return write();
  return underLock(folder, io, write);
}

/**
 * Does something while nobody else bakes into a folder. Other systems than Linux have no such locks.
 * @throws OutputBusy while somebody does.
 */
export async function underLock<T>(folder: string, io: Io, work: () => T | Promise<T>): Promise<T> {
  if (process.platform !== 'linux') return work();
  // Loaded when they are needed: most compiles start faster without them.
  const { tryLock } = await import('../build/local/lock.ts');
  const { OutputBusy } = await import('../build/local/failures.ts');
  const lock = await tryLock(thisHost(io), folder, 'exclusive').catch((error: unknown) => {
    if (error instanceof ToolFailure) return 'impossible' as const; // without flock(1) nobody can bake
    throw error;
  });
  if (lock === undefined) throw new OutputBusy(folder);
  if (lock === 'impossible') return work();
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

function areWritten({ artifacts }: Compiled, folder: string): boolean {
  return artifacts.every(({ name, text }) => {
    const path = join(folder, name);
    try {
      return readFileSync(path, 'utf8') === text;
    } catch {
      return false; // writing will say why
    }
  });
}

/**
 * Stops where the folder of a file to write is not there. Folders that products go to (`--out DIR`) are made; in the path of
 * one file a missing folder is a slip, and what is written is secret: it must not lie where nobody looks for it.
 */
export function requireFolderOf(file: string, io: Pick<Io, 'cwd'>): void {
  // With the slash it is none where a file is in its place.
  if (existsSync(`${dirname(resolve(io.cwd, file))}/`)) return;
  throw new Stop(EXIT.input, `there is no folder ${dirname(file)}; make it, or choose another --out`);
}

/**
 * Keeps the folder of products out of git where one of them holds a secret (credentials that `--secrets` gave), and tells a
 * person of the line that it took. To be called before they are written.
 */
export async function keepSecretsOutOfGit(compiled: Compiled, folder: string, io: Io): Promise<void> {
  if (!compiled.artifacts.some(({ secret }) => secret)) return;
  try {
    // A rule for folders alone matches one that is there.
    makeFolder(folder);
    io.err(gitNote(await keepOutOfGit(folder, run), relative(io.cwd, folder), io));
  } catch (error) {
    throw cannotWrite(error, folder, 'choose another folder with --out');
  }
}

/** What to tell a person of a `.gitignore` that got a line (`keepOutOfGit`): a line, or nothing where none did. */
export function gitNote(ignoreFile: string | undefined, what: string, io: Pick<Io, 'cwd'>): string {
  if (ignoreFile === undefined) return '';
  return `Added ${what} to ${relative(io.cwd, ignoreFile)}, so that git leaves it alone.\n`;
}

/** What to tell a person of an error of the system in writing to a folder; any other error is given back as it is. */
export function cannotWrite(error: unknown, folder: string, hint: string): unknown {
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  const reason = {
    EACCES: 'it may not be written',
    EPERM: 'it may not be written',
    EROFS: 'the file system is read-only',
    ENOSPC: 'the disk is full',
    ENOENT: 'no folder can be made there',
    EEXIST: 'a file is in its place',
    ENOTDIR: 'a part of its path is no folder',
    EISDIR: 'a folder is in its place',
  }[code];
  return new Stop(EXIT.tool, `can’t write ${path ?? folder}: ${reason ?? code}; ${hint}`);
}
