import { BAKE, seconds, type Measure } from './bench.ts';

const RUNS = 40;

/** How long a person waits for the command line to begin, beside what Node.js alone takes. */
export const start: Measure = {
  title: 'command start',
  take: async ({ host }) => {
    const bake: number[] = [];
    const node: number[] = [];
    // In turns, so that what else the machine does falls on both.
    for (let n = 0; n < RUNS; n += 1) {
      bake.push(await seconds(() => host.run(process.execPath, [BAKE, '--version'])));
      node.push(await seconds(() => host.run(process.execPath, ['-e', '0'])));
    }
    return {
      measured: { what: 'bake --version', seconds: bake },
      against: { what: 'node -e 0', seconds: node },
      goal: { of: 'seconds', must: 'be at most', value: 0.2 },
      faults: [],
      notes: [],
    };
  },
};
