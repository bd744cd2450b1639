import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bake, PROFILE, type Measure } from './bench.ts';
import { median } from './figure.ts';

/** Other patches of the minor that the profile has; each has layers of its own, so each is a bump. */
const PATCHES = ['1.35.7', '1.35.6', '1.35.5'];

/** Baking the next Kubernetes patch with the layers of the last bake in the cache, against baking it all. */
export const patchBump: Measure = {
  title: 'Kubernetes patch bump',
  take: async (bench) => {
    const { cache, seconds: cold } = await bench.cold();
    const folder = join(bench.folder, 'patch-bump');
    await mkdir(folder, { recursive: true });
    const profile = join(folder, 'bumped.yaml');
    const took: number[] = [];
    const notes: string[] = [];
    for (const version of PATCHES) {
      bench.say(`Kubernetes ${version}`);
      await writeFile(
        profile,
        `apiVersion: bake/v1\nkind: Profile\nextends: ${PROFILE}\nkubernetes:\n  version: ${version}\n`,
      );
      const { seconds, stages } = await bake(bench, profile, { cache, out: join(folder, 'out') });
      took.push(seconds);
      const parts = Object.entries(stages).map(([name, time]) => `${name} ${time.toFixed(1)} s`);
      notes.push(`${version}: ${parts.join(', ')}`);
    }
    return {
      measured: { what: 'bake, another patch', seconds: took },
      against: { what: 'bake, empty cache', seconds: [median(cold)] },
      goal: { of: 'ratio', must: 'be at most', value: 0.35 },
      faults: [],
      notes,
    };
  },
};
