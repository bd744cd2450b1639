/**
 * lab.ts FOLDER: two balancers and three masters in network namespaces at one bridge, with this program as the client.
 * Breaks things and prints what it measured, as JSON (Measured). It runs in namespaces of its own (failover.test.ts), in which
 * everything lives: when it ends, however it ends, the kernel takes all of it away.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { balancerFiles } from '../../src/balancer/files.ts';
import type { BalancerFile } from '../../src/balancer/file.ts';
import { INTERFACE_FILE } from '../../src/balancer/keepalived.ts';
import type { ClusterNode } from '../../src/cluster/cluster.ts';
import { clusterOf, EIGHT, pieces, SECRETS } from './clusters.ts';
import { machineRoot } from './machine-root.ts';

export interface Measured {
  /** Seconds from power-on of both balancers to the address, before any master answers. */
  readonly heldWithoutMasters: number;
  /** Who held it first; with nopreempt that is whose checks were through first. */
  readonly firstHolder: string;
  /** Whom check scripts ran as: user ids. */
  readonly scriptUsers: readonly number[];
  /** What haproxy says of a master with a certificate by somebody else, and of one with another name. */
  readonly disbelieved: readonly string[];
  /** Seconds from an event until new connections through the virtual address worked again, and who held it then. */
  readonly haproxyKilled: Failover;
  readonly machineOff: Failover;
  readonly cutOffFromMasters: Failover;
  /** Who held the address some seconds after the machine that had lost it was well again (nopreempt). */
  readonly holderAfterReturn: string;
  /** Seconds from a master's end to the last new connection that it got. */
  readonly notReady: number;
  readonly masterKilled: number;
  readonly masterHung: number;
  readonly masterOff: number;
  /** Seconds from the plug being pulled at a master until the connections that it had were closed; whether others stayed. */
  readonly drained: number;
  readonly undisturbed: boolean;
  readonly reload: {
    readonly open: number;
    readonly alive: number;
    readonly workers: number;
    readonly failed: number;
  };
}
export interface Failover {
  readonly seconds: number;
  readonly holder: string;
}

const folder = process.argv[2] ?? '';
const VIP = '10.0.0.10';
const cluster = clusterOf({ nodes: EIGHT });
const at = (name: string): string => join(folder, name);
const ca = readFileSync(at('ca.crt'));
const note = (text: string): void => console.error(`lab: ${text}`);
const ip = (...args: string[]): void => void execFileSync('ip', args);
const elapsed = (since: number): number => (performance.now() - since) / 1000;

// --- the network ---------------------------------------------------------------------------------------------------

function network(): void {
  mkdirSync('/run/netns', { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', '/run/netns']);
  ip('link', 'set', 'lo', 'up');
  ip('link', 'add', 'lab', 'type', 'bridge');
  ip('addr', 'add', '10.0.0.100/24', 'dev', 'lab');
  ip('link', 'set', 'lab', 'up');
  for (const { name, role, address = '' } of EIGHT.filter(({ role }) => role !== 'worker')) {
    ip('netns', 'add', name);
    ip('link', 'add', 'eth0', 'netns', name, 'type', 'veth', 'peer', 'name', `to-${name}`);
    ip('link', 'set', `to-${name}`, 'master', 'lab', 'up');
    ip('-n', name, 'addr', 'add', `${address}/24`, 'dev', 'eth0');
    ip('-n', name, 'link', 'set', 'lo', 'up');
    ip('-n', name, 'link', 'set', 'eth0', 'up');
    // As the image of the role has it (src/catalog/modules.ts).
    if (role === 'haproxy') inside(name, 'sysctl', '-q', '-w', 'net.ipv4.ip_nonlocal_bind=1');
  }
}

const inside = (name: string, ...command: string[]): string =>
  execFileSync('ip', ['netns', 'exec', name, ...command], { encoding: 'utf8' });

/** Pulls the plug: whatever it runs goes on, and nobody hears of it. */
const unplug = (name: string): void => ip('link', 'set', `to-${name}`, 'down');
const plug = (name: string): void => ip('link', 'set', `to-${name}`, 'up');

function holders(): string[] {
  return ['ha1', 'ha2'].filter((name) => inside(name, 'ip', '-o', 'addr', 'show').includes(` ${VIP}/`));
}

// --- machines ------------------------------------------------------------------------------------------------------

function start(
  name: string,
  command: readonly string[],
  onLine: (line: string) => void = () => {},
): ChildProcess {
  // ip, chroot: each becomes the next, so the child is the program itself.
  const child = spawn('ip', ['netns', 'exec', name, ...command], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout
    .setEncoding('utf8')
    .on('data', (text: string) => text.split('\n').filter(Boolean).forEach(onLine));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (process.env['LAB_LOG']) note(`${name}: ${text.trimEnd()}`);
  });
  return child;
}

class Balancer {
  readonly root: string;
  readonly name: string;
  haproxy: ChildProcess | undefined;

  constructor(name: string) {
    this.name = name;
    const files = balancerFiles(cluster, name, { secrets: SECRETS, ca: String(ca) }, pieces);
    const interfaceFile: BalancerFile = {
      ...(files[0] as BalancerFile),
      path: INTERFACE_FILE,
      text: '$INTERFACE=eth0\n',
    };
    this.root = machineRoot(at(`root-${name}`), [...files, interfaceFile]);
  }

  startHaproxy(): void {
    const command = [
      'chroot',
      this.root,
      'haproxy',
      '-W',
      '-f',
      '/etc/haproxy/haproxy.cfg',
      '-p',
      '/run/haproxy.pid',
    ];
    this.haproxy = start(this.name, command);
  }

  startKeepalived(): void {
    start(this.name, [
      'chroot',
      this.root,
      'keepalived',
      '--vrrp',
      '--dont-fork',
      '--log-console',
      '--no-syslog',
    ]);
  }

  /** With its workers, at once. */
  killHaproxy(): void {
    const pid = this.haproxy?.pid ?? 0;
    for (const one of [pid, ...childrenOf(pid)]) process.kill(one, 'SIGKILL');
  }

  /** One figure of `show stat` for a server. */
  stat(server: string, column: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(join(this.root, 'run/haproxy/admin.sock'), () => socket.end('show stat\n'));
      let text = '';
      socket
        .setEncoding('utf8')
        .on('data', (data: string) => (text += data))
        .on('error', reject);
      socket.on('close', () => {
        const [head = '', ...rows] = text.split('\n');
        const index = head.replace(/^# /, '').split(',').indexOf(column);
        const row = rows
          .map((line) => line.split(','))
          .find(([proxy, name]) => proxy === 'masters' && name === server);
        resolve(row?.[index] ?? '');
      });
    });
  }
}

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

class Master {
  readonly name: string;
  readonly address: string;
  process: ChildProcess | undefined;
  /** When connections of clients came, ms since 1970. */
  readonly arrivals: number[] = [];

  constructor({ name, address = '' }: ClusterNode) {
    this.name = name;
    this.address = address;
  }

  /** With a certificate of the folder, by its name. */
  async start(certificate = 'api'): Promise<void> {
    const program = join(import.meta.dirname, 'master.ts');
    const args = [
      program,
      this.name,
      this.address,
      at(`${certificate}.key`),
      at(`${certificate}.crt`),
      at(`${this.name}.not-ready`),
    ];
    await new Promise<void>((resolve) => {
      this.process = start(this.name, [process.execPath, '--import', 'tsx', ...args], (line) => {
        if (line === 'listening') resolve();
        else this.arrivals.push(Number(line));
      });
    });
  }
}

// --- the client ----------------------------------------------------------------------------------------------------

/** A verified TLS connection through the virtual address. */
function open(timeoutMs: number): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: VIP, port: 6443, ca, servername: 'kubeapi.example.com' });
    const timer = setTimeout(() => socket.destroy(new Error('too slow')), timeoutMs);
    socket.once('secureConnect', () => resolve(socket));
    socket.on('error', reject);
    socket.on('close', () => {
      clearTimeout(timer);
      reject(new Error('closed'));
    });
    socket.once('secureConnect', () => clearTimeout(timer));
  });
}

/** The name of the master that answers. */
function ping(socket: TLSSocket, timeoutMs = 5000): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer')), timeoutMs);
    socket.once('data', (data) => {
      clearTimeout(timer);
      resolve(String(data));
    });
    socket.once('close', () => reject(new Error('closed')));
    socket.write('ping');
  });
}

async function once(timeoutMs: number): Promise<string | undefined> {
  try {
    const socket = await open(timeoutMs);
    const who = await ping(socket, timeoutMs);
    socket.destroy();
    return who;
  } catch {
    return undefined;
  }
}

async function until<T>(
  what: string,
  seconds: number,
  look: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  const began = performance.now();
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (elapsed(began) > seconds) throw new Error(`${what}: not within ${seconds} s`);
    await sleep(20);
  }
}

const oneHolder = (): string | undefined => {
  const [holder, ...others] = holders();
  return others.length === 0 ? holder : undefined;
};

/** From an event until a connection that was begun after it is answered through a new holder. */
async function failover(what: string, event: (holder: string) => void): Promise<Failover> {
  const before = await until('a holder', 10, oneHolder);
  const began = performance.now();
  event(before);
  const holder = await until(`${what}: another holder`, 15, () => holders().find((name) => name !== before));
  await until(`${what}: an answer`, 15, () => once(250));
  note(`${what}: ${elapsed(began).toFixed(2)} s, ${before} to ${holder}`);
  return { seconds: elapsed(began), holder };
}

// --- experiments ---------------------------------------------------------------------------------------------------

const balancers = new Map<string, Balancer>();
const balancer = (name: string): Balancer => balancers.get(name) as Balancer;
const masters = EIGHT.filter(({ role }) => role === 'master').map((node) => new Master(node));
const [first, second, third] = masters as [Master, Master, Master];

async function allUp(): Promise<void> {
  for (const { name } of masters) {
    for (const one of balancers.values())
      await until(`${name} up at ${one.name}`, 20, async () =>
        (await one.stat(name, 'status')).startsWith('UP') ? true : undefined,
      );
  }
}

/** Seconds from a master's end to the last new connection that `count` saw for it, under a stream of new connections. */
async function endOf(
  master: Master,
  event: () => void,
  lastAfter: (began: number) => Promise<number>,
): Promise<number> {
  await allUp();
  let stop = false;
  const clients = [1, 2, 3, 4].map(async () => {
    while (!stop) {
      await once(3000);
      await sleep(20);
    }
  });
  // It was up all the while or is warm again: otherwise that it gets no connection would say nothing.
  const holder = balancer(await until('a holder', 5, oneHolder));
  await until(`${master.name} gets its share`, 40, async () => {
    const before = Number(await holder.stat(master.name, 'stot'));
    await sleep(500);
    return Number(await holder.stat(master.name, 'stot')) - before >= 3 ? true : undefined;
  });
  const began = Date.now();
  event();
  const last = await lastAfter(began);
  stop = true;
  await Promise.all(clients);
  note(`${master.name}: last new connection ${last.toFixed(2)} s after its end`);
  return last;
}

/** By what haproxy counts: it chose the server, whether or not that answered. */
async function bySessions(master: Master, began: number): Promise<number> {
  const holder = balancer(await until('a holder', 5, oneHolder));
  let last = began;
  let before = Number(await holder.stat(master.name, 'stot'));
  while (Date.now() - began < 8000) {
    const now = Number(await holder.stat(master.name, 'stot'));
    if (now > before) last = Date.now();
    before = now;
    await sleep(50);
  }
  return (last - began) / 1000;
}

async function byArrivals(master: Master, began: number): Promise<number> {
  await sleep(8000);
  return Math.max(0, (master.arrivals.at(-1) ?? began) - began) / 1000;
}

async function reload(count: number): Promise<Measured['reload']> {
  const sockets: TLSSocket[] = [];
  for (let i = 0; i < count; i += 50)
    sockets.push(...(await Promise.all(Array.from({ length: 50 }, () => open(20_000)))));
  await Promise.all(sockets.map((socket) => ping(socket, 20_000)));
  const holder = balancer(await until('a holder', 5, oneHolder));
  const pid = holder.haproxy?.pid ?? 0;
  const before = childrenOf(pid);
  let stop = false;
  let failed = 0;
  const client = (async () => {
    while (!stop) if ((await once(3000)) === undefined) failed++;
  })();
  process.kill(pid, 'SIGUSR2');
  await until('a new worker', 10, () => childrenOf(pid).find((worker) => !before.includes(worker)));
  await sleep(2000);
  const answers = await Promise.allSettled(sockets.map((socket) => ping(socket, 20_000)));
  stop = true;
  await client;
  const workers = childrenOf(pid).length;
  for (const socket of sockets) socket.destroy();
  return {
    open: sockets.length,
    alive: answers.filter(({ status }) => status === 'fulfilled').length,
    workers,
    failed,
  };
}

/** User ids of the check scripts that are running at the moment. */
function scriptUsers(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('check-balancer')) return [];
        return [Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])];
      } catch {
        return [];
      }
    });
}

network();
execFileSync('mount', ['--make-rprivate', '/']);
for (const name of ['ha1', 'ha2']) balancers.set(name, new Balancer(name));
const powerOn = performance.now();
for (const one of balancers.values()) {
  one.startHaproxy();
  one.startKeepalived();
}
await until('the address', 20, oneHolder);
const heldWithoutMasters = elapsed(powerOn);
// Long enough for checks that would make it give the address up.
const users = new Set<number>();
for (let i = 0; i < 400; i++) {
  for (const user of scriptUsers()) users.add(user);
  await sleep(20);
}
const firstHolder = await until('the address still', 5, oneHolder);

await first.start('foreign');
await second.start('named');
await third.start();
await until('the third up', 10, async () =>
  (await balancer('ha1').stat(third.name, 'status')).startsWith('UP') ? true : undefined,
);
// More than two rounds of checks.
await sleep(5000);
const disbelieved = await Promise.all(
  [first, second].map(async ({ name }) =>
    [await balancer('ha1').stat(name, 'status'), await balancer('ha1').stat(name, 'last_chk')].join(' '),
  ),
);
for (const one of [first, second]) {
  one.process?.kill('SIGKILL');
  await sleep(100);
  await one.start();
}
await allUp();
await until('an answer', 10, () => once(1000));
note('three masters answer');

const reloaded = await reload(2000);
note(`reload: ${JSON.stringify(reloaded)}`);

const haproxyKilled = await failover('haproxy killed', (holder) => balancer(holder).killHaproxy());
balancer(firstHolder).startHaproxy();
await sleep(6000);
const holderAfterReturn = await until('one holder', 5, oneHolder);

await allUp();
const machineOff = await failover('machine off', unplug);
plug(haproxyKilled.holder);
await sleep(5000);

// The holder reaches no master any more, and the other one does.
await allUp();
const cutOffFromMasters = await failover('cut off from masters', (holder) => {
  for (const { address } of masters) inside(holder, 'ip', 'route', 'add', 'blackhole', `${address}/32`);
});
for (const { address } of masters)
  inside(machineOff.holder, 'ip', 'route', 'del', 'blackhole', `${address}/32`);

const notReady = await endOf(
  first,
  () => writeFileSync(at(`${first.name}.not-ready`), ''),
  (began) => byArrivals(first, began),
);
rmSync(at(`${first.name}.not-ready`));

const masterKilled = await endOf(
  second,
  () => second.process?.kill('SIGKILL'),
  (began) => bySessions(second, began),
);
await second.start();

// Its kernel goes on taking connections.
const masterHung = await endOf(
  second,
  () => second.process?.kill('SIGSTOP'),
  (began) => bySessions(second, began),
);
second.process?.kill('SIGCONT');

await allUp();
const held = await Promise.all(Array.from({ length: 30 }, () => open(5000)));
const names = await Promise.all(held.map((socket) => ping(socket)));
const ofThird = held.filter((_, i) => names[i] === third.name);
const ofOthers = held.filter((_, i) => names[i] !== third.name);
if (ofThird.length === 0) throw new Error('no connection went to the third master');
let drained = 0;
const masterOff = await endOf(
  third,
  () => {
    const began = performance.now();
    unplug(third.name);
    for (const socket of ofThird) socket.once('close', () => (drained = Math.max(drained, elapsed(began))));
  },
  (began) => bySessions(third, began),
);
if (ofThird.some((socket) => !socket.destroyed)) drained = Number.MAX_SAFE_INTEGER;
const undisturbed = ofOthers.every((socket) => !socket.destroyed);

const measured: Measured = {
  heldWithoutMasters,
  firstHolder,
  scriptUsers: [...users],
  disbelieved,
  haproxyKilled,
  machineOff,
  cutOffFromMasters,
  holderAfterReturn,
  notReady,
  masterKilled,
  masterHung,
  masterOff,
  drained,
  undisturbed,
  reload: reloaded,
};
console.log(JSON.stringify(measured));
process.exit(0);
