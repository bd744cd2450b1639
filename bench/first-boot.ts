import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../src/cli/cache-folder.ts';
import { openClusterOrStop } from '../src/cli/compile-cluster.ts';
import type { Io } from '../src/cli/io.ts';
import { rehearsalMachines, type RehearsalMachines } from '../src/cli/rehearsal-machines.ts';
import { plain } from '../src/diagnostics/render.ts';
import { networkOfPart } from '../src/rehearse/cast.ts';
import type { Machine } from '../src/rehearse/machine.ts';
import { openNspawn } from '../src/rehearse/nspawn/engine.ts';
import { bake, BAKE, type Bench, type Measure } from './bench.ts';
import { timedBoot, watchedImage, type BootTimes, type Stretch } from './boot-times.ts';
import { median } from './figure.ts';

const PAIRS = 5;
const PROFILE = 'standalone';

// What comes from the network would be measured with it, so there are no add-ons.
const CLUSTER = `
name: alone
nodes:
  - { name: alone-1, role: standalone, address: 10.0.0.5 }
addons: []
`;

/** The same machine with nothing to do. Of another address: the network of one that is off may still answer. */
const EMPTY = {
  name: 'empty',
  role: 'master',
  address: '10.0.0.6',
  prefix: 24,
  mac: '52:54:00:be:00:fe',
} as const;

/**
 * What first boot adds to a boot, on one machine that is a whole cluster: a container of the image's root tree, so at this
 * computer's speed. Both clocks begin when cloud-init does.
 *
 * - Measured: until first boot is ready, but for the time in which it waits for a kubeadm or kubectl that it has called, and
 *   for containerd once all else is up that it comes after. What counts: cloud-init with the machine's user-data, first boot's
 *   programs, and its pauses.
 * - Against: the same image with empty user-data, until cloud-init's last stage is done and multi-user.target is reached;
 *   nothing is taken off.
 *
 * How long a network takes to be up is drawn by lot: an address of IPv6 is asked for after up to a second (RFC 4862, 5.4.2), which is
 * more than all that is measured here. So each boot, of either kind, counts with the median wait of all of them in place of its own.
 *
 * The trees are mounted so that nothing is flushed to a disk: what first boot's flushes take on a machine of its own is not in it. Nor are the rounds of
 * silence by which the first master of other clusters knows that there is none yet: a machine that nobody else could answer
 * for needs one, any other five, with four pauses of 3 s between them, so 12 s and more (userdata/firstboot/cluster.sh, `alone`).
 */
export const firstBoot: Measure = {
  title: 'first boot’s own share',
  take: async (bench) => {
    const { cache } = await bench.cold();
    const io = quietIo(bench, cache);
    const { alone, empty, release } = await makeMachines(bench, cache, io);
    const ready: BootTimes[] = [];
    const booted: BootTimes[] = [];
    try {
      const engine = await openNspawn({ ...bench, cacheDir: cacheFolder(io) });
      try {
        await engine.prepare([alone, empty], []);
        for (let pair = 0; pair < PAIRS; pair += 1) {
          bench.say(`pair ${pair + 1} of ${PAIRS}`);
          const turns = [
            async () => void booted.push(await timedBoot(engine, empty, bootedAt, bench.signal)),
            async () => void ready.push(await timedBoot(engine, alone, readyAt, bench.signal)),
          ];
          for (const turn of pair % 2 === 0 ? turns : turns.toReversed()) await turn();
        }
      } finally {
        await engine.close();
      }
    } finally {
      await release();
    }
    const typicalWait = median([...ready, ...booted].map(networkWait));
    const withTypicalWait = (boot: BootTimes, seconds: number): number =>
      seconds - networkWait(boot) + typicalWait;
    return {
      measured: {
        what: 'to ready, without kubeadm and runtime',
        seconds: ready.map((boot) => withTypicalWait(boot, own(boot, cloudInitAt(boot), readyAt(boot)))),
      },
      against: {
        what: 'boot with empty user-data',
        seconds: booted.map((boot) => withTypicalWait(boot, (bootedAt(boot) - cloudInitAt(boot)) / 1000)),
      },
      goal: { of: 'ratio', must: 'be at most', value: 1.15 },
      faults: [],
      notes: [
        `each boot counts with the same wait for the network, ${typicalWait.toFixed(2)} s, the median of all`,
        `to ready: ${course(ready)}`,
        `with empty user-data: ${course(booted)}`,
      ],
    };
  },
};

function quietIo({ folder, signal }: Bench, cache: string): Io {
  return {
    out: () => undefined,
    err: () => undefined,
    env: { ...process.env, XDG_CACHE_HOME: cache },
    cwd: join(folder, 'first-boot'),
    isTerminal: false,
    palette: plain,
    signal,
  };
}

interface Pair extends Pick<RehearsalMachines, 'release'> {
  readonly alone: Machine;
  readonly empty: Machine;
}

async function makeMachines(bench: Bench, cache: string, io: Io): Promise<Pair> {
  await mkdir(io.cwd);
  const file = (name: string): string => join(io.cwd, name);
  const [cluster, secrets, out] = [file('cluster.yaml'), file('secrets.yaml'), file('out')];
  await writeFile(cluster, CLUSTER);
  const make = ['secrets', 'new', '--cluster', cluster, '--out', secrets, '--init-window', '6h'];
  await bench.host.run(process.execPath, [BAKE, ...make]);
  await bake(bench, PROFILE, { cache, out });
  const options = { cluster, standIn: true, engine: 'nspawn', out } as const;
  const { machines, release } = await rehearsalMachines(await openClusterOrStop(options, io), options, io);
  const [machine] = machines;
  if (!machine) throw new Error('a cluster without machines');
  const alone = { ...machine, image: await watchedImage(bench, machine.image) };
  const seed = {
    'user-data': '#cloud-config\n{}\n',
    'meta-data': `instance-id: ${EMPTY.name}\nlocal-hostname: ${EMPTY.name}\n`,
    'network-config': networkOfPart(EMPTY),
  };
  return { alone, empty: { ...alone, ...EMPTY, seed }, release };
}

/** All instants are milliseconds since the epoch, NaN for what has not come yet. */
const cloudInitAt = ({ units }: BootTimes): number =>
  units['cloud-init-main.service']?.began || (units['cloud-init-local.service']?.began ?? NaN);
const upAt = ({ units }: BootTimes, ...names: readonly string[]): number =>
  Math.max(...names.map((name) => units[name]?.up ?? NaN));
const bootedAt = (boot: BootTimes): number => upAt(boot, 'cloud-final.service', 'multi-user.target');
const readyAt = ({ states }: BootTimes): number => states.find(({ state }) => state === 'ready')?.at ?? NaN;

/** In seconds. */
function networkWait({ units }: BootTimes): number {
  const { began = NaN, up = NaN } = units['systemd-networkd-wait-online.service'] ?? {};
  return (up - began) / 1000;
}

/** What else bake-firstboot.service comes after. */
const BEFORE = ['cloud-init-network.service', 'network-online.target', 'basic.target'] as const;

/** What is waited for that is not ours. */
function waits(boot: BootTimes): { readonly calls: readonly Stretch[]; readonly runtime: Stretch } {
  const [from, to] = [upAt(boot, ...BEFORE), upAt(boot, 'containerd.service')];
  return { calls: boot.calls, runtime: { from, to: Math.max(from, to) } };
}

/** From one instant to another, but for what {@link waits} says; in seconds. */
function own(boot: BootTimes, from: number, to: number): number {
  const { calls, runtime } = waits(boot);
  return (to - from - covered([...calls, runtime], { from, to })) / 1000;
}

/** How much of `all` is in at least one of the stretches; in milliseconds. */
function covered(stretches: readonly Stretch[], all: Stretch): number {
  let sum = 0;
  let { from } = all;
  for (const one of stretches.toSorted((a, b) => a.from - b.from)) {
    const to = Math.min(one.to, all.to);
    sum += Math.max(0, to - Math.max(from, one.from));
    from = Math.max(from, to);
  }
  return sum;
}

/** Where the time went, by the medians of each part. */
function course(boots: readonly BootTimes[]): string {
  const parts = boots.map(partsOf);
  return Object.keys(parts[0] ?? {})
    .map((name) => `${name} ${median(parts.map((part) => part[name] ?? NaN)).toFixed(2)} s`)
    .join(', ');
}

function partsOf(boot: BootTimes): Record<string, number> {
  const began = cloudInitAt(boot);
  const network = upAt(boot, 'cloud-init-network.service');
  const first = {
    'cloud-init without network': own(boot, began, network) - networkWait(boot),
    'wait for the network': networkWait(boot),
  };
  const { states } = boot;
  const [begin] = states;
  if (!begin) return { ...first, 'rest of the boot': own(boot, network, bootedAt(boot)) };
  const { calls, runtime } = waits(boot);
  const end = readyAt(boot);
  return {
    ...first,
    'to first boot': own(boot, network, begin.at),
    ...Object.fromEntries(
      states.slice(0, -1).map(({ state, at }, i) => [state, own(boot, at, states[i + 1]?.at ?? NaN)]),
    ),
    'left out: kubeadm and kubectl': covered(calls, { from: began, to: end }) / 1000,
    'left out: containerd': covered([runtime], { from: began, to: end }) / 1000,
  };
}
