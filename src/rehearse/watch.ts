import type { Engine } from './engine.ts';
import type { Clock, RehearsalMonitor } from './events.ts';
import type { Machine } from './machine.ts';

/** A state that a machine was in, in milliseconds since the machines were powered on together. */
export interface Span {
  readonly machine: string;
  /** `off`, `starting` (on, and first boot has not begun), then those of userdata/firstboot/firstboot. */
  readonly state: string;
  readonly from: number;
  /** Undefined: it is in it still. */
  readonly to?: number;
  /** What it said it waited for, in order. */
  readonly reasons: readonly string[];
}

/** Where a machine is now. */
export interface Standing {
  readonly state: string;
  readonly reason: string;
  /** Why it gave up; empty while it has not. It begins again by itself. */
  readonly failed: string;
}

interface Mark {
  readonly state: string;
  readonly at: number;
  readonly reasons: string[];
}

interface History {
  marks: Mark[];
  standing: Standing;
  /** Lines of the machine's own timeline that are known. */
  known: number;
}

/** What first boot keeps on the disk (userdata/firstboot/firstboot: remember). */
const MEMORY = '/var/lib/bake/firstboot';
const FILES = ['state', 'reason', 'failed', 'timeline'].map((name) => `${MEMORY}/${name}`);

const OFF: Standing = { state: 'off', reason: '', failed: '' };
const STARTING: Standing = { state: 'starting', reason: '', failed: '' };

/**
 * Looks at what machines keep of their first boot, and remembers it: machines that are built anew forget. States begin when
 * the machine's own timeline says so.
 */
export class Watch {
  readonly #engine: Engine;
  readonly #machines: readonly Machine[];
  readonly #clock: Clock;
  readonly #monitor: RehearsalMonitor;
  readonly #records: ReadonlyMap<string, History>;
  #origin: number;

  constructor(engine: Engine, machines: readonly Machine[], clock: Clock, monitor: RehearsalMonitor) {
    this.#engine = engine;
    this.#machines = machines;
    this.#clock = clock;
    this.#monitor = monitor;
    this.#origin = clock.now();
    this.#records = new Map(machines.map(({ name }) => [name, { marks: [], standing: OFF, known: 0 }]));
  }

  /** Time begins. */
  begin(): void {
    this.#origin = this.#clock.now();
  }

  /** Milliseconds since then. */
  get ms(): number {
    return this.#clock.now() - this.#origin;
  }

  standing({ name }: Machine): Standing {
    return this.#of(name).standing;
  }

  /** The machine has been switched on, at that time. */
  isOn({ name }: Machine, at: number): void {
    this.#enter(name, STARTING, at);
  }

  isOff({ name }: Machine): void {
    if (this.#of(name).standing.state !== 'off') this.#enter(name, OFF, this.ms);
  }

  /** The machine has a fresh disk. */
  rebuilt({ name }: Machine): void {
    this.#of(name).known = 0;
  }

  /** Looks at all machines once. */
  async look(): Promise<void> {
    await Promise.all(this.#machines.map((machine) => this.#lookAt(machine)));
  }

  /** Everything that was seen, by machine and time. */
  spans(): Span[] {
    return [...this.#records].flatMap(([machine, { marks }]) =>
      marks.map(({ state, at, reasons }, index): Span => {
        const next = marks[index + 1];
        return { machine, state, from: at, ...(next === undefined ? {} : { to: next.at }), reasons };
      }),
    );
  }

  async #lookAt(machine: Machine): Promise<void> {
    const { name } = machine;
    const record = this.#of(name);
    if (!this.#engine.isRunning(machine)) {
      // It switched itself off, or its engine has failed it.
      this.isOff(machine);
      return;
    }
    const [state = '', reason = '', failed = '', timeline] = await this.#engine.readFiles(machine, FILES);
    // What was true when the question was put may not be any more.
    if (!this.#engine.isRunning(machine) || record.standing.state === 'off') return;
    if (timeline === undefined) return;
    const lines = timeline.split('\n').filter((line) => /^\d+ \S+$/.test(line));
    for (const line of lines.slice(record.known)) {
      const [at = '', begun = ''] = line.split(' ');
      if (begun !== 'ready' || record.standing.state !== 'ready')
        this.#enter(name, { state: begun, reason: '', failed: '' }, Number(at) - this.#origin);
    }
    record.known = lines.length;
    // A machine that was ready before a power cut has nothing to go on with, and perhaps no line on that.
    if (state === 'ready' && record.standing.state !== 'ready')
      this.#enter(name, { state, reason: '', failed: '' }, this.ms);
    if (reason === record.standing.reason && failed === record.standing.failed) return;
    if (state === '' || state !== record.standing.state) return;
    record.standing = { state, reason, failed };
    const said = failed === '' ? reason : `gave up: ${failed}`;
    if (said === '') return;
    record.marks.at(-1)?.reasons.push(said);
    this.#monitor({ event: 'state', machine: name, state, ms: this.ms, reason: said });
  }

  #enter(name: string, standing: Standing, at: number): void {
    const record = this.#of(name);
    // Clocks of machines are not ours: nothing ends before it began.
    const from = Math.max(at, record.marks.at(-1)?.at ?? at);
    const reasons = standing.reason === '' ? [] : [standing.reason];
    record.marks.push({ state: standing.state, at: from, reasons });
    record.standing = standing;
    const said = standing.reason === '' ? {} : { reason: standing.reason };
    this.#monitor({ event: 'state', machine: name, state: standing.state, ms: from, ...said });
  }

  #of(name: string): History {
    const record = this.#records.get(name);
    if (record === undefined) throw new Error(`${name} is no machine of this rehearsal`);
    return record;
  }
}
