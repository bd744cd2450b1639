import type { Machine } from './machine.ts';
import { between, oneOf, type Random } from './random.ts';
import { act, powerCut, powerOn, type Stage } from './stage.ts';

/** How long a machine stays without power or network, in ms. */
const DOWN_MS = [1000, 6000] as const;
const UNPLUGGED_MS = [10_000, 25_000] as const;

/**
 * Breaks machines while they come up: a power cut for one of each role in each state that it is seen in, and once a cable
 * that is pulled for a while. Several may suffer at once.
 */
export class Saboteur {
  readonly #stage: Stage;
  readonly #random: Random;
  readonly #hit = new Set<string>();
  readonly #deeds = new Set<Promise<void>>();
  #unplugged: Machine | undefined;
  #failure: unknown;

  constructor(stage: Stage, random: Random) {
    this.#stage = stage;
    this.#random = random;
  }

  /** Roles and states in which a machine's power was cut: `worker: join`. */
  get hit(): readonly string[] {
    return [...this.#hit];
  }

  /** To be called after each look at the machines. Throws what went wrong meanwhile. */
  look(): void {
    if (this.#failure !== undefined) throw this.#failure as Error;
    const { cluster, watch } = this.#stage;
    const stateOf = (machine: Machine): string => watch.standing(machine).state;
    const groups = groupBy(cluster.machines, (machine) => `${machine.role}: ${stateOf(machine)}`);
    const victims = new Set<Machine>();
    for (const [group, machines] of groups) {
      const victim = oneOf(this.#random, machines);
      if (victim === undefined || this.#hit.has(group)) continue;
      const state = stateOf(victim);
      if (['off', 'ready'].includes(state)) continue;
      this.#hit.add(group);
      victims.add(victim);
      this.#do(this.#cutPower(victim, state, between(this.#random, ...DOWN_MS)));
    }
    const others = cluster.machines.filter((machine) => stateOf(machine) === 'join' && !victims.has(machine));
    const joining = oneOf(this.#random, others);
    if (this.#unplugged !== undefined || joining === undefined) return;
    this.#unplugged = joining;
    this.#do(this.#unplug(joining, between(this.#random, ...UNPLUGGED_MS)));
  }

  /** Resolves when everything that was broken is mended. */
  async done(): Promise<void> {
    await Promise.all(this.#deeds);
    if (this.#failure !== undefined) throw this.#failure as Error;
  }

  #do(deed: Promise<void>): void {
    const guarded = deed.catch((error: unknown) => {
      this.#failure = error;
    });
    this.#deeds.add(guarded);
  }

  async #cutPower(machine: Machine, state: string, ms: number): Promise<void> {
    const { clock, signal } = this.#stage;
    await powerCut(this.#stage, machine);
    act(this.#stage, machine, `power cut in ${state}`);
    await clock.sleep(ms, signal);
    act(this.#stage, machine, 'power on');
    await powerOn(this.#stage, machine);
  }

  async #unplug(machine: Machine, ms: number): Promise<void> {
    const { clock, engine, signal } = this.#stage;
    await engine.plug(machine, false);
    act(this.#stage, machine, 'network cable pulled');
    await clock.sleep(ms, signal);
    await engine.plug(machine, true);
    act(this.#stage, machine, 'network cable back');
  }
}

function groupBy<K, T>(all: readonly T[], keyOf: (one: T) => K): Map<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}
