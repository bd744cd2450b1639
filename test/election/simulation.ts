import { NEEDED, type Decide, type Observation } from './decisions.ts';

/**
 * Masters of one cluster through a random history: power cuts, partitions, lost messages, slow boots, machines built
 * anew, clocks that are wrong. Time goes in rounds, of which each is one round of probes.
 */

/** A number from 0 to 1 (excluded), the same row of them for the same seed (mulberry32, public domain). */
export function randomRow(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One beginning of etcd and everything that grew from it. */
interface Lineage {
  readonly members: Set<Disk>;
}

/** What a power cut leaves. A machine built anew gets another one. */
interface Disk {
  use: Observation['disk'];
  lineage: Lineage | undefined;
  ready: boolean;
  /** The state that first boot left off in is the one that begins a cluster. */
  beginning: boolean;
  /** It has been thrown away, or lies in a drawer. */
  gone: boolean;
}

interface Machine {
  readonly may: 'yes' | 'no';
  disk: Disk;
  /** The disk that it had before it was built anew; somebody may put it back. */
  former: Disk | undefined;
  rebuilt: boolean;
  /** Rounds until first boot runs; negative: switched off. */
  bootsIn: number;
  on: boolean;
  quiet: number;
  /** Rounds in a row in which nothing of the cluster could be reached by any message. */
  cutOff: number;
  /** It was so for as long as it looks, and the window open by its clock, when it decided to begin. */
  begunCutOff: boolean;
  /** What it is in the middle of, and how many rounds more. */
  work: { readonly what: 'init' | 'join'; left: number } | undefined;
  /** Rounds by which its clock is wrong. */
  clock: number;
  /** The round in which the window closes, as its user-data says. */
  windowEnds: number;
}

export interface Outcome {
  /** Two beginnings of etcd lived at once. */
  readonly twoClusters: boolean;
  /**
   * The one case that `static` can't tell: the first master was built anew within the window, and nothing of the cluster could
   * be reached while it looked.
   */
  readonly untellable: boolean;
  /** In the end, everything being well: all masters ready, in one cluster. */
  readonly converged: boolean;
  /** Whether that was possible at all: a cluster with enough members left, or none, so that a person opens the window again. */
  readonly possible: boolean;
  /** There was no cluster after all that happened: the window was opened again. */
  readonly reopened: boolean;
  /** Then the first master had to be built anew, too, because its disk waited for a cluster that is no more. */
  readonly renewed: boolean;
}

const WINDOW = 120;
const HISTORY = 200;
const QUIET_END = 160;

/**
 * One history. `decidesAnew`: what first boot does where it left off about to begin a cluster, and etcd has written nothing yet
 * (userdata/firstboot/firstboot, run_states): it decides again. False is the broken rule: it goes on to begin.
 */
export function simulate(seed: number, decide: Decide, decidesAnew = true): Outcome {
  const random = randomRow(seed);
  const chance = (p: number): boolean => random() < p;
  const upTo = (n: number): number => Math.floor(random() * n);
  const pick = <T>(list: readonly T[]): T => {
    const found = list[upTo(list.length)];
    if (found === undefined) throw new Error('nothing to pick from');
    return found;
  };

  const newDisk = (): Disk => ({
    use: 'fresh',
    lineage: undefined,
    ready: false,
    beginning: false,
    gone: false,
  });
  const count = pick([1, 2, 3, 3, 3, 5]);
  const machines: Machine[] = Array.from({ length: count }, (_, i) => ({
    may: i === 0 ? 'yes' : 'no',
    disk: newDisk(),
    former: undefined,
    rebuilt: false,
    bootsIn: upTo(20),
    on: true,
    quiet: 0,
    cutOff: 0,
    begunCutOff: false,
    work: undefined,
    clock: chance(0.1) ? upTo(300) - 150 : 0,
    windowEnds: WINDOW,
  }));
  const cut = new Set<string>();
  const link = (a: Machine, b: Machine): string =>
    [machines.indexOf(a), machines.indexOf(b)].sort((x, y) => x - y).join('-');
  const loss = pick([0, 0, 0.05, 0.3]);
  const trouble = pick([0.01, 0.03, 0.08]);
  const lineages: Lineage[] = [];
  let calm = false;
  let twoClusters = false;
  let untellable = false;

  const reaches = (a: Machine, b: Machine): boolean => a === b || !cut.has(link(a, b));
  const couldAnswer = (from: Machine, to: Machine): boolean =>
    to.on && to.bootsIn <= 0 && to.disk.lineage !== undefined && reaches(from, to);
  /** A probe waits 4 s for its connection: TCP sends the first packet at 0, 1 and 3 s (RFC 6298). */
  const lost = (): boolean => chance(loss) && chance(loss) && chance(loss);
  const answers = (from: Machine, to: Machine): boolean => couldAnswer(from, to) && (calm || !lost());
  const up = (lineage: Lineage, from: Machine): Machine[] =>
    machines.filter(
      (machine) =>
        machine.on && machine.bootsIn <= 0 && machine.disk.lineage === lineage && reaches(from, machine),
    );
  const hasQuorum = (lineage: Lineage, from: Machine): boolean =>
    up(lineage, from).length > lineage.members.size / 2;
  const alive = (lineage: Lineage): boolean => [...lineage.members].some((disk) => !disk.gone);

  const windowOf = (machine: Machine, round: number): Observation['window'] => {
    const now = round + machine.clock;
    return now < 0 ? 'early' : now < machine.windowEnds ? 'open' : 'over';
  };

  /** What first boot sees in one round: the API server and etcd of every other master, and the endpoint. */
  const observe = (machine: Machine, round: number): Observation => {
    const others = machines.filter((other) => other !== machine);
    const ours = others.some(
      (other) =>
        answers(machine, other) ||
        answers(machine, other) ||
        (other.disk.lineage !== undefined && hasQuorum(other.disk.lineage, other) && answers(machine, other)),
    );
    const peers = ours ? 'ours' : 'silent';
    machine.quiet = ours ? 0 : machine.quiet + 1;
    machine.cutOff = others.some((other) => couldAnswer(machine, other)) ? 0 : machine.cutOff + 1;
    return {
      may: machine.may,
      disk: machine.disk.use,
      etcd: machine.disk.lineage ? 'begun' : 'none',
      window: windowOf(machine, round),
      peers,
      // The round that is being judged counts as the last of them.
      quiet: Math.min(machine.quiet, NEEDED),
    };
  };

  const begin = (machine: Machine): void => {
    const another = lineages.some(alive);
    machine.disk.lineage = { members: new Set([machine.disk]) };
    lineages.push(machine.disk.lineage);
    twoClusters ||= another;
    untellable ||= another && machine.rebuilt && machine.begunCutOff;
  };

  const join = (machine: Machine): void => {
    const lineage = machines
      .filter((other) => other !== machine && couldAnswer(machine, other))
      .map((other) => other.disk.lineage)
      .find((candidate) => candidate !== undefined && hasQuorum(candidate, machine));
    if (!lineage) return;
    // A member whose disk is gone makes way for the machine that has its name now.
    for (const member of lineage.members) if (member.gone) lineage.members.delete(member);
    lineage.members.add(machine.disk);
    machine.disk.lineage = lineage;
    machine.disk.ready = true;
  };

  const step = (machine: Machine, round: number): void => {
    if (!machine.on) {
      // Who waits long enough gives it up for dead.
      if (!calm && chance(0.02)) rebuild(machine);
      else if (calm || chance(0.1)) Object.assign(machine, { on: true, bootsIn: 1 + upTo(12), quiet: 0 });
      return;
    }
    if (machine.bootsIn > 0) {
      machine.bootsIn -= 1;
      return;
    }
    if (machine.disk.ready) return;
    if (!decidesAnew && machine.disk.beginning && !machine.disk.lineage)
      machine.work ??= { what: 'init', left: 4 };
    if (machine.work) {
      machine.work.left -= 1;
      if (machine.work.what === 'init') {
        if (!machine.disk.lineage && machine.work.left <= 2) begin(machine);
        if (machine.work.left > 0) return;
        machine.disk.ready = true;
      } else {
        if (machine.work.left > 0) return;
        join(machine);
      }
      machine.work = undefined;
      return;
    }
    const action = decide(observe(machine, round));
    if (action === 'wait') return;
    if (action === 'init')
      machine.begunCutOff = windowOf(machine, round) === 'open' && machine.cutOff >= NEEDED;
    // What it is about to do is on the disk before it is done.
    machine.disk.use = action === 'join' ? 'joining' : 'initialising';
    machine.disk.beginning = action !== 'join';
    machine.work = { what: action === 'join' ? 'join' : 'init', left: 2 + upTo(6) };
  };

  const powerOff = (machine: Machine): void => {
    Object.assign(machine, { on: false, work: undefined, quiet: 0, cutOff: 0, begunCutOff: false });
  };
  const rebuild = (machine: Machine): void => {
    machine.disk.gone = true;
    Object.assign(machine, { disk: newDisk(), former: machine.disk, rebuilt: true });
    powerOff(machine);
  };
  /** A disk that etcd has begun on is a cluster, whoever looks: nothing that first boot does could tell it from a dead one. */
  const putBack = (machine: Machine): void => {
    const { former } = machine;
    if (!former || former.lineage) return;
    machine.disk.gone = true;
    former.gone = false;
    Object.assign(machine, { disk: former, former: undefined });
    powerOff(machine);
  };

  let round = 0;
  /**
   * As `bake secrets rotate window` makes it, rendered again: it differs in when the window closes. It is read at a boot, so the
   * machine is switched off and on; its disk is what it was.
   */
  const giveNewUserData = (machine: Machine): void => {
    machine.windowEnds = round + WINDOW;
    powerOff(machine);
  };
  for (; round < HISTORY; round += 1) {
    if (chance(trouble)) powerOff(pick(machines));
    if (chance(trouble / 6)) rebuild(pick(machines));
    if (chance(trouble)) putBack(pick(machines));
    if (chance(trouble) && count > 1) cut.add(link(pick(machines), pick(machines)));
    if (chance(0.05)) cut.clear();
    for (const machine of machines) step(machine, round);
  }
  // Everything is well again.
  calm = true;
  cut.clear();
  for (const machine of machines) machine.clock = 0;
  const end = lineages.filter(alive);
  const first = machines[0];
  if (!first) throw new Error('there is a first machine');
  const canRise = (lineage: Lineage): boolean =>
    [...lineage.members].filter((disk) => !disk.gone).length > lineage.members.size / 2;
  const reopened = end.length === 0;
  // A disk that was joining waits for that cluster for good, whatever user-data says.
  const renewed = reopened && first.disk.use === 'joining';
  if (renewed) rebuild(first);
  if (reopened) machines.forEach(giveNewUserData);
  const possible = reopened || (end.length === 1 && end.every(canRise));
  // First boot does nothing more where it is ready.
  const isOver = (): boolean => machines.every(({ disk }) => disk.ready);
  for (; round < HISTORY + QUIET_END && !isOver(); round += 1)
    for (const machine of machines) step(machine, round);
  const living = lineages.filter(alive);
  const converged =
    living.length === 1 &&
    machines.every((machine) => machine.disk.ready && machine.disk.lineage === living[0]);
  return { twoClusters, untellable, converged, possible, reopened, renewed };
}
