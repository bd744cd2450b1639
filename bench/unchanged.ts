import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BAKE, PROFILE, seconds, STAND_IN, type Bench, type Measure } from './bench.ts';

const RUNS = 10;

/** Baking again what is there already: quick, and nothing is written anywhere. */
export const unchanged: Measure = {
  title: 'unchanged inputs',
  take: async (bench) => {
    const { cache, out } = await bench.cold();
    // Whatever the command may want to write to is watched.
    const [home, temporary] = [join(bench.folder, 'home'), join(bench.folder, 'temporary')];
    await mkdir(home);
    await mkdir(temporary);
    const watched = [cache, out, home, temporary];
    const args = [BAKE, '--profile', PROFILE, STAND_IN, '--out', out];
    const env = { XDG_CACHE_HOME: cache, HOME: home, TMPDIR: temporary };
    const took: number[] = [];
    const faults = new Set<string>();
    const before = await listing(bench, watched);
    for (let n = 0; n < RUNS; n += 1)
      took.push(
        await seconds(async () => {
          const { stdout } = await bench.host.run(process.execPath, args, { env });
          if (!stdout.startsWith('Nothing has changed')) faults.add(`bake said: ${stdout.split('\n')[0]}`);
        }),
      );
    const after = await listing(bench, watched);
    for (const line of changes(before, after)) faults.add(`touched: ${line}`);
    return {
      measured: { what: 'bake, nothing changed', seconds: took },
      goal: { of: 'seconds', must: 'be at most', value: 1 },
      faults: [...faults].slice(0, 10),
      notes: [`${before.length} files and folders of the output and the cache looked at`],
    };
  },
};

/** Each file's and folder's number, size, change of content and change of anything; not when it was read. */
async function listing({ host }: Bench, folders: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await host.run('find', [...folders, '-printf', '%p %y %i %s %m %U %G %T@ %C@\\n']);
  return stdout.trimEnd().split('\n').sort();
}

function changes(before: readonly string[], after: readonly string[]): string[] {
  const [old, now] = [new Set(before), new Set(after)];
  return [...after.filter((line) => !old.has(line)), ...before.filter((line) => !now.has(line))];
}
