import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from '../src/plan/plan.ts';
import { planOf, PROFILE, ROOT, seconds, settle, type Bake, type Bench, type Measure } from './bench.ts';
import { median } from './figure.ts';

/**
 * Baking with an empty cache against the bare pipeline (bare.sh) that installs the same packages: what our layers, steps,
 * checks and promises cost.
 */
export const coldBake: Measure = {
  title: 'cold bake',
  take: async (bench) => {
    const plan = await planOf(bench);
    const baked: Bake[] = [];
    const bare: Bare[] = [];
    // In turns, and who begins changes: the archive answers faster what it was asked before.
    for (let round = 0; round < bench.rounds; round += 1) {
      const turns = [
        async () => void bare.push(await barePipeline(bench, plan, round)),
        async () => void baked.push(await bench.bakeCold()),
      ];
      for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
    }
    return {
      measured: { what: 'bake, empty cache', seconds: baked.map((one) => one.seconds) },
      against: { what: 'mmdebstrap, apt-get, mke2fs, qemu-img', seconds: bare.map((one) => one.seconds) },
      goal: { of: 'ratio', must: 'be at most', value: 1.3 },
      faults: [],
      notes: [
        `bake: ${stages(baked.map((one) => one.stages))}`,
        `bare: ${stages(bare.map((one) => one.stages))}`,
        ...(await differences(bench, plan, bare)),
      ],
    };
  },
};

interface Bare {
  readonly seconds: number;
  readonly stages: Readonly<Record<string, number>>;
  readonly packages: readonly string[];
}

async function barePipeline(bench: Bench, plan: Plan, round: number): Promise<Bare> {
  const { base, diskSize } = plan.image;
  if (base.from !== 'bootstrap') throw new Error(`the profile ${PROFILE} does not begin with a bootstrap`);
  const folder = join(bench.folder, `bare-${round}`);
  const archives = base.archives.map(
    ({ uri, suite, components }) => `deb ${uri} ${suite} ${components.join(' ')}`,
  );
  const lists = [base.packages.join(','), installed(plan).join(',')];
  const args = [folder, base.suite, base.variant, base.keyring, ...lists, String(diskSize), ...archives];
  let said = '';
  await settle(bench);
  const total = await seconds(async () => {
    said = (await bench.host.run(join(ROOT, 'bench/bare.sh'), args)).stdout;
  });
  const lines = said.split('\n').map((line) => line.split(' '));
  return {
    seconds: total,
    stages: Object.fromEntries(
      lines.filter(([kind]) => kind === 'stage').map(([, name = '', ms]) => [name, Number(ms) / 1000]),
    ),
    packages: lines.filter(([kind]) => kind === 'package').map(([, name = '']) => name),
  };
}

/** What the stand-in step installs to sign its repository (userdata/provision.sh). */
const SIGNERS = ['gpg', 'gpg-agent'];

/** Names of all packages that the plan's steps install from the distribution. */
function installed({ steps }: Plan): readonly string[] {
  const standIns = new Set(standInsOf({ steps }).map(({ name }) => name));
  const named = steps.flatMap(({ step }) =>
    step.kind === 'package' ? step.input.packages.map(({ name }) => name) : [],
  );
  const wanted = standInsOf({ steps }).flatMap(({ depends }) => depends);
  return [...new Set([...named, ...wanted, ...SIGNERS])].filter((name) => !standIns.has(name));
}

const standInsOf = ({ steps }: Pick<Plan, 'steps'>) =>
  steps.flatMap(({ step }) => (step.kind === 'stand-in' ? step.input.packages : []));

/** Whether both trees hold the same packages; our stand-ins have no counterpart. */
async function differences(bench: Bench, plan: Plan, bare: readonly Bare[]): Promise<string[]> {
  const { out } = await bench.cold();
  const manifest = JSON.parse(await readFile(join(out, PROFILE, 'manifest.json'), 'utf8')) as {
    packages: readonly { name: string }[];
  };
  const ours = new Set(manifest.packages.map(({ name }) => name));
  const theirs = new Set(bare.at(-1)?.packages);
  const standIns = new Set(standInsOf(plan).map(({ name }) => name));
  const tell = (who: string, names: readonly string[]): string[] =>
    names.length === 0 ? [] : [`only ${who}: ${names.join(' ')}`];
  return [
    `packages: bake ${ours.size} (${standIns.size} of them stand-ins), bare ${theirs.size}`,
    ...tell(
      'in the baked tree',
      [...ours].filter((name) => !theirs.has(name) && !standIns.has(name)),
    ),
    ...tell(
      'in the bare tree',
      [...theirs].filter((name) => !ours.has(name)),
    ),
  ];
}

function stages(runs: readonly Readonly<Record<string, number>>[]): string {
  const [first = {}] = runs;
  return Object.keys(first)
    .map((name) => `${name} ${median(runs.map((run) => run[name] ?? NaN)).toFixed(1)} s`)
    .join(', ');
}
