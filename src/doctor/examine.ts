import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '../adapters/process.ts';
import type { Need } from './needs.ts';

/** A need, and what is wrong where it is not met. */
export interface Finding {
  readonly need: Need;
  readonly problem?: string;
}

/** Looks for every need; changes nothing. */
export async function examine(
  needs: readonly Need[],
  searchPath: string,
  run: Run,
): Promise<readonly Finding[]> {
  return Promise.all(
    needs.map(async (need) => {
      const problem = await problemOf(need, searchPath, run);
      return problem === undefined ? { need } : { need, problem };
    }),
  );
}

async function problemOf(need: Need, searchPath: string, run: Run): Promise<string | undefined> {
  for (const program of need.programs ?? []) {
    if (!(await inPath(program, searchPath))) return `${program} is not installed`;
  }
  for (const file of need.files ?? []) {
    if (!(await exists(file))) return `${file} is not there`;
  }
  if (!need.atLeast) return undefined;
  const { program, major, reason } = need.atLeast;
  const { stdout } = await run(program, ['--version']);
  const found = Number(/(\d+)\.\d+/.exec(stdout)?.[1] ?? 0);
  return found >= major
    ? undefined
    : `${program} is version ${found}, at least ${major} is needed: ${reason}`;
}

/** System folders count too: a person's PATH may lack /usr/sbin. */
async function inPath(program: string, searchPath: string): Promise<boolean> {
  const folders = [...searchPath.split(':'), '/usr/sbin', '/sbin'].filter(Boolean);
  const found = await Promise.all(folders.map((folder) => exists(join(folder, program))));
  return found.includes(true);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** ID and VERSION_CODENAME of os-release(5); empty where there is none. */
export async function thisSystem(): Promise<{ readonly id: string; readonly codename: string }> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const value = (key: string): string => new RegExp(`^${key}="?([^"\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
  return { id: value('ID'), codename: value('VERSION_CODENAME') };
}
