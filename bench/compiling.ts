import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileProvider, openProfile, ownProfiles, readPieces } from '../src/adapters/files.ts';
import { OPERATING_SYSTEMS } from '../src/catalog/operating-systems.ts';
import { compile } from '../src/compile.ts';
import type { Measure } from './bench.ts';

/** Every profile of ours for every operating system, one after the other in this process, files read anew each time. */
export const compiling: Measure = {
  title: 'compiling',
  take: async ({ folder }) => {
    const names = ownProfiles().filter((name) => roleOf(name, folder));
    const work = join(folder, 'compiling');
    await mkdir(work, { recursive: true });
    const took: { readonly what: string; readonly seconds: number }[] = [];
    const faults: string[] = [];
    for (const name of names)
      for (const os of Object.keys(OPERATING_SYSTEMS)) {
        const path = join(work, `${name}-${os}.yaml`);
        await writeFile(path, `apiVersion: bake/v1\nkind: Profile\nextends: ${name}\nos: ${os}\n`);
        const began = performance.now();
        const opened = openProfile(path, work);
        if ('reason' in opened) throw new Error(`can't open ${path}: ${opened.reason}`);
        const { value, diagnostics } = compile(opened.source, fileProvider(work), readPieces(), {
          standIn: false,
        });
        took.push({ what: `${name} for ${os}`, seconds: (performance.now() - began) / 1000 });
        if (!value) faults.push(`${name} for ${os} has errors: ${diagnostics[0]?.message ?? ''}`);
      }
    const slowest = took.reduce((slow, one) => (one.seconds > slow.seconds ? one : slow));
    const all = took.reduce((sum, one) => sum + one.seconds, 0);
    const ms = (value: number): string => `${(value * 1000).toFixed(1)} ms`;
    return {
      measured: { what: `slowest: ${slowest.what}`, seconds: [slowest.seconds] },
      goal: { of: 'seconds', must: 'be at most', value: 1 },
      faults,
      notes: [
        `${took.length} plans (${names.length} profiles, ${took.length / names.length} systems) in ${ms(all)}; each:`,
        ...names.map(
          (name) =>
            `${name}: ${took
              .filter(({ what }) => what.startsWith(`${name} for`))
              .map((one) => ms(one.seconds))
              .join(', ')}`,
        ),
      ],
    };
  },
};

/** A profile without a role is there to be extended, and can't be compiled. */
function roleOf(name: string, cwd: string): boolean {
  const opened = openProfile(name, cwd);
  return !('reason' in opened) && /^role:/m.test(opened.source.text);
}
