/* eslint-disable @typescript-eslint/require-await -- an engine in memory has nothing to wait for */
import { type RunResult, ToolFailure } from '../../src/adapters/process.ts';
import type { RehearsedCluster } from '../../src/rehearse/checks.ts';
import type { Engine, OnConsole } from '../../src/rehearse/engine.ts';
import type { Clock } from '../../src/rehearse/events.ts';
import type { Machine } from '../../src/rehearse/machine.ts';
import type { Answer, Question } from '../../src/rehearse/network.ts';

/** A clock that stands still while anybody works and then jumps to whoever wakes first. */
export class JumpingClock implements Clock {
  #now = 1_700_000_000_000;
  #sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  #pumping = false;

  now = (): number => this.#now;

  sleep = (ms: number, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const stop = (): void => reject(signal.reason as Error);
      const wake = (): void => {
        signal.removeEventListener('abort', stop);
        resolve();
      };
      signal.addEventListener('abort', stop, { once: true });
      this.#sleepers.push({ at: this.#now + ms, wake });
      if (!this.#pumping) {
        this.#pumping = true;
        setImmediate(() => this.#pump());
      }
    });
  };

  #pump(): void {
    const next = this.#sleepers.toSorted((a, b) => a.at - b.at)[0];
    if (next === undefined) {
      this.#pumping = false;
      return;
    }
    this.#sleepers = this.#sleepers.filter((one) => one !== next);
    this.#now = next.at;
    next.wake();
    setImmediate(() => this.#pump());
  }
}

const ROWS = {
  haproxy: ['prepare', 'balance', 'scrub', 'ready'],
  worker: ['prepare', 'join', 'scrub', 'ready'],
  master: ['prepare', 'decide', 'join', 'scrub', 'ready'],
  first: ['prepare', 'decide', 'init', 'addons', 'scrub', 'ready'],
};
/** How long each state of a fake machine takes, and how long it takes to come to the first; ms. */
const STATE_MS = 3000;
const BOOT_MS = 8000;

interface Fake {
  /** States that are behind it; its disk. */
  done: number;
  joined: boolean;
  timeline: string[];
  /** When the state began that it is in, while it is on. */
  since: number | undefined;
}

export interface Faults {
  /** The timeline of this machine does not say that it is ready: its power was cut just then. */
  readonly unwritten?: string;
  /** This state is over as soon as it begins. */
  readonly brief?: string;
  /** This machine never gets beyond this state. */
  readonly stuck?: { readonly machine: string; readonly state: string };
  /** This machine goes off as soon as it is on. */
  readonly fallen?: string;
  /** The API is not back this long after a machine was lost; ms. */
  readonly failoverMs?: number;
  /** Each master serves a cluster of its own. */
  readonly twoClusters?: boolean;
  /** The API still answers this long after a machine was lost; ms. */
  readonly luckyMs?: number;
  /** A machine that has the secret of {@link CLUSTER} in a file. */
  readonly leftover?: { readonly machine: string; readonly file: string };
  /** How often nodes are asked for before they are said. */
  readonly unsettled?: number;
  /** A rebuilt master starts a cluster of its own. */
  readonly startsAgain?: boolean;
}

/** An engine in memory: machines go through their states with the clock, and keep what they did when power is cut. */
export class FakeEngine implements Engine {
  readonly name = 'nspawn';
  readonly lookEveryMs = 500;
  readonly deeds: string[] = [];
  closed = 0;
  readonly #clock: Clock;
  readonly #faults: Faults;
  readonly #machines = new Map<string, Fake>();
  readonly #ears: OnConsole[] = [];
  #asked = 0;
  #lostAt = Number.NEGATIVE_INFINITY;
  #all: readonly Machine[] = [];

  constructor(clock: Clock, faults: Faults = {}) {
    this.#clock = clock;
    this.#faults = faults;
  }

  async prepare(machines: readonly Machine[]): Promise<void> {
    this.#all = machines;
    for (const { name } of machines) this.#machines.set(name, fresh());
  }
  async start({ name }: Machine): Promise<void> {
    this.deeds.push(`start ${name}`);
    this.#of(name).since = name === this.#faults.fallen ? undefined : this.#clock.now() + BOOT_MS;
  }
  async powerOff(machine: Machine, { hard }: { readonly hard: boolean }): Promise<void> {
    this.#advance(machine);
    this.deeds.push(`${hard ? 'cut' : 'stop'} ${machine.name}`);
    this.#of(machine.name).since = undefined;
    this.#lostAt = this.#clock.now();
  }
  listen(ear: OnConsole): void {
    this.#ears.push(ear);
  }
  isRunning({ name }: Machine): boolean {
    return this.#of(name).since !== undefined;
  }
  whyOff({ name }: Machine): string | undefined {
    return name === this.#faults.fallen
      ? 'its container ended with exit code 255 | Too many open files'
      : undefined;
  }
  async rebuild({ name }: Machine): Promise<void> {
    this.deeds.push(`rebuild ${name}`);
    this.#machines.set(name, { ...fresh(), joined: !this.#faults.startsAgain });
  }
  async plug({ name }: Machine, connected: boolean): Promise<void> {
    this.deeds.push(`${connected ? 'plug' : 'unplug'} ${name}`);
  }
  run: Engine['run'] = async (machine, argv) => {
    if (!this.isRunning(machine))
      throw new ToolFailure(argv[0] ?? '', `${machine.name} is off`, 1, '', false);
    const words = argv.join(' ');
    if (words.includes(' grep ')) {
      this.deeds.push(`search ${machine.name}`);
      const { leftover } = this.#faults;
      const found = machine.name === leftover?.machine ? `${leftover.file}\0${SECRET}\n` : '';
      return { exitCode: found === '' ? 1 : 0, stdout: found, stderr: '' };
    }
    if (words.includes('get nodes') && (this.#asked += 1) <= (this.#faults.unsettled ?? 0))
      return { exitCode: 0, stdout: '', stderr: '' };
    const ready = this.#all.filter((one) => this.#state(one) === 'ready' && one.role !== 'haproxy');
    const said = words.includes('kube-system')
      ? this.#faults.twoClusters
        ? machine.name
        : 'one-id'
      : words.includes('get nodes')
        ? ready.map(({ name }) => `${name} Ready`).join('\n')
        : words.startsWith('ip ') && machine === this.#holder()
          ? '2: eth0 inet 10.0.0.10/32'
          : '';
    return { exitCode: 0, stdout: said, stderr: '' };
  };
  async readFiles(machine: Machine, paths: readonly string[]): Promise<(string | undefined)[]> {
    this.#advance(machine);
    const fake = this.#of(machine.name);
    const state = this.#state(machine);
    const files: Record<string, string | undefined> = {
      state,
      timeline: fake.timeline.length === 0 ? undefined : fake.timeline.join('\n'),
      failed: this.#isStuck(machine) ? `${state}: it never works` : '',
      'ca.crt': 'certificate',
      'healthcheck-client.crt': 'certificate',
      'healthcheck-client.key': 'key',
      disk:
        machine.role !== 'master'
          ? undefined
          : this.#rowOf(machine) === ROWS.first
            ? 'initialising'
            : 'joining',
    };
    return paths.map((path) => files[path.split('/').at(-1) ?? '']);
  }
  async ask({ path }: Question): Promise<Answer> {
    if (path.includes('member')) {
      const members = this.#all.filter((one) => one.role === 'master' && this.isRunning(one));
      return { status: 200, body: JSON.stringify({ members: members.map(({ name }) => ({ name })) }) };
    }
    const lostFor = this.#clock.now() - this.#lostAt;
    const away = lostFor >= (this.#faults.luckyMs ?? 0) && lostFor < (this.#faults.failoverMs ?? 4000);
    return away ? { error: 'connection refused' } : { status: 200, body: 'ok' };
  }
  async runOutside(): Promise<RunResult> {
    return Promise.resolve({ exitCode: 0, stdout: 'reached\n', stderr: '' });
  }
  async shell(machine: Machine): Promise<string> {
    return `enter ${machine.name}`;
  }
  async close(): Promise<void> {
    this.closed += 1;
  }

  #holder(): Machine | undefined {
    return this.#all.find(
      (one) => one.role === 'haproxy' && this.#state(one) === 'ready' && this.isRunning(one),
    );
  }
  #rowOf({ name, role }: Machine): readonly string[] {
    return ROWS[role === 'master' && name === 'cp1' && !this.#of(name).joined ? 'first' : role];
  }
  #isStuck(machine: Machine): boolean {
    const { stuck } = this.#faults;
    return machine.name === stuck?.machine && this.#state(machine) === stuck.state;
  }
  #state(machine: Machine): string {
    const { done, timeline } = this.#of(machine.name);
    return timeline.length === 0 ? '' : (this.#rowOf(machine)[done] ?? 'ready');
  }
  /** What has happened on the machine by now. */
  #advance(machine: Machine): void {
    const fake = this.#of(machine.name);
    const row = this.#rowOf(machine);
    const mark = (at: number): void => {
      const state = row[fake.done] ?? '';
      if (state !== 'ready' || machine.name !== this.#faults.unwritten) fake.timeline.push(`${at} ${state}`);
      for (const ear of this.#ears) ear(machine.name, `[   12.345678] firstboot[345]: bake: ${state}`);
    };
    const lasts = (): number => (row[fake.done] === this.#faults.brief ? 0 : STATE_MS);
    if (fake.since === undefined || this.#clock.now() < fake.since) return;
    if (
      !fake.timeline.some((line) => Number(line.split(' ')[0]) >= (fake.since ?? 0)) &&
      fake.done < row.length - 1
    )
      mark(fake.since);
    while (
      fake.done < row.length - 1 &&
      !this.#isStuck(machine) &&
      this.#clock.now() >= fake.since + lasts()
    ) {
      fake.since += lasts();
      fake.done += 1;
      mark(fake.since);
    }
  }
  #of(name: string): Fake {
    const fake = this.#machines.get(name);
    if (!fake) throw new Error(`no machine ${name}`);
    return fake;
  }
}

const fresh = (): Fake => ({ done: 0, joined: false, timeline: [], since: undefined });

function machine(name: string, role: Machine['role'], host: number): Machine {
  const mac = `52:54:00:00:00:${host}`;
  const network = `version: 2\nethernets:\n  eth0:\n    addresses: [10.0.0.${host}/24]\n    routes: [{to: 0.0.0.0/0, via: 10.0.0.1}]\n`;
  const seed = { 'user-data': '', 'meta-data': '', 'network-config': network };
  return { name, role, address: `10.0.0.${host}`, prefix: 24, mac, seed, image: {} };
}

const SECRET = 'abcdef.0123456789abcdef';

export const CLUSTER: RehearsedCluster = {
  machines: [
    machine('ha1', 'haproxy', 21),
    machine('ha2', 'haproxy', 22),
    machine('cp1', 'master', 11),
    machine('cp2', 'master', 12),
    machine('cp3', 'master', 13),
    machine('w1', 'worker', 31),
  ],
  endpoint: { address: '10.0.0.10', port: 6443, name: 'kubeapi.test' },
  virtualIp: '10.0.0.10',
  apiPort: 6443,
  ca: '',
  etcd: 'stacked',
  secrets: [{ name: 'bootstrap token', value: SECRET }],
  standIn: true,
};
