import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { run } from '../../src/adapters/process.ts';
import { leftovers } from './leftovers.ts';

/** What rehearsals that work below a cache could leave on this computer. */
export class Remains {
  readonly #work: string;
  /** Names of control groups, by what was in the folder of unfinished things when somebody looked. */
  readonly #groups = new Set<string>();

  constructor(cacheDir: string) {
    this.#work = join(cacheDir, 'work');
  }

  /** Everything that is there now: mounts, processes, control groups, links, folders. */
  async now(): Promise<string[]> {
    const unfinished = readdirSync(this.#work);
    for (const name of unfinished) this.#groups.add(`bake-rehearsal-${name}`);
    const find = ['/sys/fs/cgroup', '-type', 'd', '-name', 'bake-rehearsal-*'];
    const groups = (await run('find', find, { okCodes: [0, 1] })).stdout
      .split('\n')
      .filter((path) => this.#groups.has(basename(path)));
    const links = (await run('ip', ['-oneline', 'link'])).stdout
      .split('\n')
      .filter((line) => /: (port\d|cluster)/.test(line));
    const folders = unfinished.map((name) => `folder ${name}`);
    return [...(await leftovers(this.#work)), ...this.#machines(), ...groups, ...links, ...folders];
  }

  /** Looks again until nothing is left: a janitor needs its moment. */
  async settled(): Promise<string[]> {
    for (let attempt = 0; ; attempt += 1) {
      const found = await this.now();
      if (found.length === 0 || attempt === 60) return found;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  /** Virtual machines: programs that were told of a file in the folder. */
  #machines(): string[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => commandOf(pid).includes(`${this.#work}/`))
      .map((pid) => `process ${pid}: ${commandOf(pid).slice(0, 80)}`);
  }
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
