import { setTimeout as sleep } from 'node:timers/promises';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolFailure } from '../src/adapters/process.ts';
import type { Engine } from '../src/rehearse/engine.ts';
import type { BakedImage, Machine } from '../src/rehearse/machine.ts';
import type { Bench } from './bench.ts';

/** A stretch of time, in milliseconds since the epoch. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** When the units of a boot began to start and had started; milliseconds since the epoch, NaN for what never did. */
export type UnitTimes = Readonly<Record<string, { readonly began: number; readonly up: number }>>;

/** What a machine says of its boot. */
export interface BootTimes {
  readonly units: UnitTimes;
  /** Each time that first boot ran one of {@link WATCHED}. */
  readonly calls: readonly Stretch[];
  /** States of first boot, in order, and when they began; none on a machine of no cluster. */
  readonly states: readonly { readonly state: string; readonly at: number }[];
}

/** Programs that are not ours to make faster. */
const WATCHED = ['kubeadm', 'kubectl'] as const;
const CALLS = '/run/bake-bench-calls';

// Only what first boot itself waits for; bake-upkeep calls kubectl beside it. Bash's own clock: nothing is started to read it.
const WRAPPER = `#!/bin/bash
program=/usr/bin/\${0##*/}
[[ $(</proc/self/cgroup) == *bake-firstboot.service* ]] || exec "$program" "$@"
began=$EPOCHREALTIME code=0
"$program" "$@" || code=$?
printf '%s %s\\n' "$began" "$EPOCHREALTIME" >>${CALLS}
exit "$code"
`;

const UNITS = [
  // The first is where cloud-init is one process for all stages (24.3 and later); Debian 13 has it.
  ...['cloud-init-main.service', 'cloud-init-local.service', 'cloud-init-network.service'],
  ...['cloud-config.service', 'cloud-final.service', 'network-online.target', 'basic.target'],
  'systemd-networkd-wait-online.service',
  ...['containerd.service', 'bake-firstboot.service', 'multi-user.target'],
] as const;

const LIMIT_MS = 300_000;
const PAUSE_MS = 1000;

/** The image with {@link WATCHED} noting when they run: one layer more, for machines that are thrown away. */
export async function watchedImage({ host }: Pick<Bench, 'host'>, image: BakedImage): Promise<BakedImage> {
  const { trees } = image;
  if (trees === undefined) throw new Error('machines of the bench are containers, and have trees');
  const layer = 'bench-watched';
  const tree = join(trees.root, layer);
  const top = trees.below.at(-1);
  // Where layers are copies, the highest is all of the machine.
  if (trees.stacking === 'copy' && top !== undefined)
    await host.run('cp', ['-a', '--reflink=auto', join(trees.root, top), tree]);
  const folder = join(tree, 'usr/local/sbin');
  await mkdir(folder, { recursive: true });
  for (const name of WATCHED) {
    await writeFile(join(folder, name), WRAPPER);
    await chmod(join(folder, name), 0o755);
  }
  return { ...image, trees: { ...trees, below: [...trees.below, layer] } };
}

/**
 * Boots a machine from a fresh disk, until it knows the instant that `end` asks for, and pulls its plug. Rejects with ToolFailure, which has
 * the end of its journal, where that takes more than five minutes.
 */
export async function timedBoot(
  engine: Engine,
  machine: Machine,
  end: (times: BootTimes) => number,
  signal: AbortSignal,
): Promise<BootTimes> {
  const began = Date.now();
  await engine.start(machine);
  try {
    for (;;) {
      await sleep(PAUSE_MS, undefined, { signal });
      const times = await readTimes(engine, machine);
      if (times && !Number.isNaN(end(times))) return times;
      if (Date.now() - began < LIMIT_MS) continue;
      const journal = await engine.run(machine, ['journalctl', '--no-pager', '--lines=40'], {});
      throw new ToolFailure(machine.name, `${machine.name} never came up`, undefined, journal.stdout, false);
    }
  } finally {
    await engine.powerOff(machine, { hard: true });
    await engine.rebuild(machine);
  }
}

/** Undefined as long as nobody in the machine can answer. */
async function readTimes(engine: Engine, machine: Machine): Promise<BootTimes | undefined> {
  // Containers have this computer's clocks. systemd counts from the kernel's start, in microseconds.
  const kernelBegan = Date.now() - Number(process.hrtime.bigint() / 1_000_000n);
  const show = [
    'systemctl',
    'show',
    '--property=Id,InactiveExitTimestampMonotonic,ActiveEnterTimestampMonotonic',
  ];
  try {
    const units = await engine.run(machine, [...show, ...UNITS], { timeoutMs: 10_000 });
    const calls = await engine.run(machine, ['cat', CALLS], { okCodes: [0, 1], timeoutMs: 10_000 });
    const [timeline = ''] = await engine.readFiles(machine, ['/var/lib/bake/firstboot/timeline']);
    return {
      units: Object.fromEntries(
        units.stdout.split('\n\n').map((block) => {
          const value = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(block)?.[1] ?? '';
          const time = (name: string): number =>
            kernelBegan + (Number(value(`${name}TimestampMonotonic`)) || NaN) / 1000;
          return [value('Id'), { began: time('InactiveExit'), up: time('ActiveEnter') }];
        }),
      ),
      calls: lines(calls.stdout).map(([from, to]) => ({ from: Number(from) * 1000, to: Number(to) * 1000 })),
      states: lines(timeline).map(([at, state = '']) => ({ state, at: Number(at) })),
    };
  } catch (error) {
    if (error instanceof ToolFailure && !error.aborted) return undefined;
    throw error;
  }
}

const lines = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' '));
