import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../src/adapters/process.ts';
import type { Host } from '../src/build/local/host.ts';
import type { BuildEvent } from '../src/build/monitor.ts';
import type { Plan } from '../src/plan/plan.ts';
import type { Figure } from './figure.ts';

export const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** The built command line, as people run it. */
export const BAKE = join(ROOT, 'dist/cli/main.js');

/** The profile of all measures that bake, with {@link STAND_IN}. */
export const PROFILE = 'worker';
export const STAND_IN = '--stand-in';

/** What every measure gets. */
export interface Bench {
  /** On a disk, not in memory; removed at the end. */
  readonly folder: string;
  /** Its tools end with the bench. */
  readonly host: Host;
  readonly signal: AbortSignal;
  /** How many times measures that take minutes do what they measure. */
  readonly rounds: number;
  readonly say: (line: string) => void;
  /** The cold bake that others build upon and compare with; baked when it is first asked for. */
  readonly cold: () => Promise<ColdBake>;
  /** Bakes once more with an empty cache and in an empty folder, in place of what `cold` gave. */
  readonly bakeCold: () => Promise<Bake>;
}

/** One question that the bench answers. */
export interface Measure {
  readonly title: string;
  readonly take: (bench: Bench) => Promise<Figure>;
}

/** Where a bake put what it made. */
export interface Places {
  /** XDG_CACHE_HOME. */
  readonly cache: string;
  /** `--out`. */
  readonly out: string;
}

/** How long a bake took in all, and the stages of it, in seconds. */
export interface Bake {
  readonly seconds: number;
  readonly stages: Readonly<Record<string, number>>;
}

export interface ColdBake extends Places {
  /** Of all cold bakes so far. */
  readonly seconds: readonly number[];
}

export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

/** What earlier work left to be written would be paid for by what comes next. */
export async function settle({ host }: Pick<Bench, 'host'>): Promise<void> {
  await host.run('sync', []);
}

/** Bakes `profile` by the built command line. */
export async function bake(
  bench: Pick<Bench, 'host' | 'folder'>,
  profile: string,
  { cache, out }: Places,
  more: readonly string[] = [],
): Promise<Bake> {
  const steps: Extract<BuildEvent, { event: 'step-end' }>[] = [];
  const onLine = (line: string, stream: string): void => {
    if (stream !== 'stdout') return;
    const event = JSON.parse(line) as BuildEvent;
    if (event.event === 'step-end') steps.push(event);
  };
  const args = [BAKE, '--profile', profile, STAND_IN, '--json', '--out', out, ...more];
  await settle(bench);
  const total = await seconds(() =>
    bench.host.run(process.execPath, args, { env: { XDG_CACHE_HOME: cache }, onLine }),
  );
  const sum = (of: (step: { n: number; of: number }) => boolean): number =>
    steps.filter(of).reduce((all, { ms }) => all + ms / 1000, 0);
  // The last two are the disk and what is written of it.
  const [base, disk] = [sum(({ n }) => n === 1), sum(({ n, of }) => n > of - 2)];
  const others = sum(({ n, of }) => n !== 1 && n <= of - 2);
  return { seconds: total, stages: { base, steps: others, disk, rest: total - base - others - disk } };
}

/** The plan that {@link bake} bakes. */
export async function planOf({ folder, host }: Pick<Bench, 'host' | 'folder'>): Promise<Plan> {
  const out = join(folder, 'plan');
  await host.run(process.execPath, [BAKE, 'compile', '--profile', PROFILE, STAND_IN, '--out', out]);
  return JSON.parse(await readFile(join(out, PROFILE, 'plan.json'), 'utf8')) as Plan;
}

/** The part of {@link Bench} that remembers. */
export function coldBakes(bench: Pick<Bench, 'host' | 'folder' | 'say'>): Pick<Bench, 'cold' | 'bakeCold'> {
  let places: Places = { cache: '', out: '' };
  const taken: number[] = [];
  const bakeCold = async (): Promise<Bake> => {
    // A folder for each: what comes after the removal of a tree is slower by a fifth where the disk is told of free blocks.
    const folder = join(bench.folder, `cold-${taken.length}`);
    places = { cache: join(folder, 'cache'), out: join(folder, 'out') };
    await mkdir(places.cache, { recursive: true });
    const baked = await bake(bench, PROFILE, places);
    taken.push(baked.seconds);
    return baked;
  };
  const cold = async (): Promise<ColdBake> => {
    if (taken.length === 0) {
      bench.say('baking with an empty cache, for what follows');
      await bakeCold();
    }
    return { ...places, seconds: taken };
  };
  return { cold, bakeCold };
}

/** The tools of the bench, tied to a signal. */
export function tiedHost(signal: AbortSignal): Host {
  return {
    run: (command, args, options) => run(command, args, { signal, ...options }),
    pid: process.pid,
    env: process.env,
    now: Date.now,
  };
}
