import type { Machine } from './machine.ts';
import { between, oneOf, type Random } from './random.ts';
import { act, powerCut, powerOn, type Stage } from './stage.ts';

/** How long a machine stays without power or network, in ms. */
const DOWN_MS = [1000, 6000] as const;
const UNPLUGGED_MS = [10_000, 25_000] as const;

/**
 * How a state's beginning is told on a machine's console, by the journal (userdata/firstboot/firstboot: enter), where the state may be
 * over before anybody looks. In the others kubeadm is at work: looks hit them in their midst.
 */
const ENTERED = /\bfirstboot\[\d+\]: bake: (prepare|decide|addons|balance|scrub)$/;

/**
 * Breaks machines while they come up: a power cut for one of each role in each state that it is seen in, and once a cable
 * that is pulled for a while. Several may suffer at once. Short states are heard of: a console tells of each as it begins.
 */
export class Saboteur {
  readonly #stage: Stage;
  readonly #random: Random;
  readonly #hit = new Set<string>();
  readonly #deeds = new Set<Promise<void>>();
  /** Whose power is cut at the moment. */
  readonly #down = new Set<Machine>();
  #isOver = false;
  #unplugged: Machine | undefined;
  #failure: unknown;

  constructor(stage: Stage, random: Random) {
    this.#stage = stage;
    this.#random = random;
    stage.engine.listen((name, line) => this.#hear(name, line));
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
    for (const machines of groups.values()) {
      const victim = oneOf(this.#random, machines);
      if (victim !== undefined) this.#strike(victim, stateOf(victim));
    }
    const others = cluster.machines.filter(
      (machine) => stateOf(machine) === 'join' && !this.#down.has(machine),
    );
    const joining = oneOf(this.#random, others);
    if (this.#unplugged !== undefined || joining === undefined) return;
    this.#unplugged = joining;
    this.#do(this.#unplug(joining, between(this.#random, ...UNPLUGGED_MS)));
  }

  /** Breaks nothing more. Resolves when everything that was broken is mended. */
  async done(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#deeds);
    if (this.#failure !== undefined) throw this.#failure as Error;
  }

  #hear(name: string, line: string): void {
    const state = ENTERED.exec(line)?.[1];
    const machine = this.#stage.cluster.machines.find((one) => one.name === name);
    if (this.#isOver || machine === undefined || state === undefined) return;
    if (this.#stage.engine.isRunning(machine)) this.#strike(machine, state);
  }

  /** Cuts its power, unless that was done in this state already. */
  #strike(machine: Machine, state: string): void {
    const group = `${machine.role}: ${state}`;
    if (['off', 'ready'].includes(state) || this.#hit.has(group) || this.#down.has(machine)) return;
    this.#hit.add(group);
    this.#do(this.#cutPower(machine, state, between(this.#random, ...DOWN_MS)));
  }

  #do(deed: Promise<void>): void {
    const guarded = deed.catch((error: unknown) => {
      this.#failure = error;
    });
    this.#deeds.add(guarded);
  }

  async #cutPower(machine: Machine, state: string, ms: number): Promise<void> {
    const { clock, signal } = this.#stage;
    this.#down.add(machine);
    await powerCut(this.#stage, machine);
    act(this.#stage, machine, `power cut in ${state}`);
    await clock.sleep(ms, signal);
    act(this.#stage, machine, 'power on');
    await powerOn(this.#stage, machine);
    this.#down.delete(machine);
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
