import { mkdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { writeSeedIso } from '../../adapters/seed-iso.ts';
import { ToolFailure } from '../../adapters/process.ts';
import type { Host } from '../../build/local/host.ts';
import { openWorkspace, type Workspace } from '../../build/local/workspace.ts';
import type { ClusterRole } from '../../cluster/cluster.ts';
import { shellWords } from '../../text/shell.ts';
import { chooseAccelerator, QEMU, type Accelerator } from '../../verify/boot/accelerator.ts';
import { clockRunsFast, hasStopped } from '../../verify/boot/console.ts';
import { HARDWARE } from '../../verify/boot/hardware.ts';
import { multipart } from '../../verify/boot/seed.ts';
import { printable } from '../console.ts';
import type { Engine, OnConsole } from '../engine.ts';
import { openGround, type Ground } from '../ground.ts';
import { networkConfigOf, type Machine } from '../machine.ts';
import { makeNetwork, type Network } from '../network.ts';
import { Channel } from './channel.ts';
import { boothook, PORT, VENDOR_DATA } from './guest.ts';
import { HASTE } from './haste.ts';
import { unpack, type Unpacked } from './kernel.ts';
import { inTurns, nicenessOf } from './turns.ts';

export interface QemuOptions {
  readonly host: Host;
  /** The cache; unfinished things go there. */
  readonly cacheDir: string;
  /** Told in plain words how machines run. */
  readonly note: (message: string) => void;
  /** Kubernetes is stood in for: masters have little to do. */
  readonly standIn: boolean;
  readonly signal: AbortSignal;
}

/** What a machine of a role has: kubeadm wants 2 processors and 1700 MB of masters. */
const SIZE: Readonly<Record<ClusterRole, { readonly cpus: number; readonly memoryMiB: number }>> = {
  master: { cpus: 2, memoryMiB: 2560 },
  worker: { cpus: 2, memoryMiB: 1536 },
  haproxy: { cpus: 1, memoryMiB: 768 },
};

/** Callers allow for the computer's own speed; an emulated machine takes this many times as long. */
const PATIENCE = { kvm: 1, tcg: 6 } as const;

const LOOK_EVERY_MS = 500;
/** Emulated machines have little to spare for answers, the less the more there are. */
const LOOK_AT_EMULATED_MS = 400;

/** What the agent's timeout(1) ends with when the time is over. */
const TIMED_OUT = 124;

/** How long a machine may take to shut down in order before its plug is pulled, in ms. */
const SHUTDOWN_MS = 180_000;

/** How often a machine is switched on again that has stopped by itself. */
const MOST_STOPS = 3;

interface Power {
  /** QEMU, as processes in the ground see it. */
  readonly pid: string;
  readonly channel: Channel;
  /** Resolves when it has ended, whatever the reason. */
  readonly off: Promise<void>;
}

/** Opens the engine; needs root, QEMU and xorriso. Rejects with ToolFailure. */
export async function openQemu(options: QemuOptions): Promise<Engine> {
  const { host, cacheDir, signal, note } = options;
  const workspace = await openWorkspace(host, cacheDir);
  try {
    const accelerator = await chooseAccelerator({ run: host.run, scratchDir: workspace.path, signal });
    note(`${accelerator.name}: ${accelerator.reason}`);
    if (accelerator.warning !== undefined) note(accelerator.warning);
    const ground = await openGround(host, workspace.path, signal);
    return new Qemu(options, workspace, ground, accelerator);
  } catch (error) {
    await workspace.remove();
    throw error;
  }
}

/**
 * Machines as virtual ones: the disk images themselves, with their kernel and growth; with firmware and boot loader too where nothing is
 * emulated. In the workspace every machine has a folder of its name; what is everybody's begins with `_`, as no name of a host does.
 */
class Qemu implements Engine {
  readonly name = 'qemu';
  readonly #standIn: boolean;
  readonly #workspace: Workspace;
  readonly #ground: Ground;
  readonly #accelerator: Accelerator;
  readonly #note: (message: string) => void;
  /** How often a machine has stopped for good, by its name. */
  readonly #stopped = new Map<string, number>();
  readonly #on = new Map<string, Power>();
  readonly #ears: OnConsole[] = [];
  /** What emulated machines start from, by the image's path. */
  readonly #unpacked = new Map<string, Unpacked>();
  #network: Network | undefined;
  #publicKey = '';
  #machines: readonly Machine[] = [];

  constructor(
    { standIn, note }: QemuOptions,
    workspace: Workspace,
    ground: Ground,
    accelerator: Accelerator,
  ) {
    this.#note = note;
    this.#standIn = standIn;
    this.#workspace = workspace;
    this.#ground = ground;
    this.#accelerator = accelerator;
  }

  async prepare(machines: readonly Machine[], reserved: readonly string[]): Promise<void> {
    this.#machines = machines;
    this.#network = await makeNetwork(this.#ground, machines, reserved);
    const key = join(this.#workspace.path, '_key');
    await this.#ground.run('ssh-keygen', [
      '-q',
      '-t',
      'ed25519',
      '-N',
      '',
      '-C',
      'bake-rehearsal',
      '-f',
      key,
    ]);
    this.#publicKey = (await readFile(`${key}.pub`, 'utf8')).trim();
    if (this.#accelerator.name === 'tcg') await this.#unpack(machines);
    for (const machine of machines) {
      await this.#ground.run('ip', ['tuntap', 'add', this.#net.portOf(machine), 'mode', 'tap']);
      await this.#ground.run('ip', ['link', 'set', this.#net.portOf(machine), 'master', 'cluster', 'up']);
      await this.#lay(machine);
    }
  }

  async start(machine: Machine): Promise<void> {
    if (this.#on.has(machine.name)) return;
    const { name, mac, role } = machine;
    const { memoryMiB } = SIZE[role];
    const socket = this.#path(machine, 'agent');
    await rm(socket, { force: true });
    const isEmulated = this.#accelerator.name === 'tcg';
    const command = [
      ...(isEmulated ? inTurns(nicenessOf(machine, this.#machines)) : []),
      ...[QEMU, '-name', name, ...HARDWARE, ...this.#accelerator.arguments],
      ...(isEmulated ? HASTE : []),
      ...(this.#unpacked.get(machine.image.disk ?? '')?.boot ?? []),
      ...['-m', String(memoryMiB), '-smp', String(this.#cpusOf(role))],
      ...['-drive', `file=${this.#path(machine, 'disk.qcow2')},format=qcow2,if=virtio,cache=unsafe`],
      ...['-drive', `file=${this.#path(machine, 'seed.iso')},format=raw,if=virtio,readonly=on`],
      ...['-netdev', `tap,id=net,ifname=${this.#net.portOf(machine)},script=no,downscript=no`],
      ...['-device', `virtio-net-pci,netdev=net,mac=${mac}`],
      ...['-chardev', `socket,id=agent,path=${socket},server=on,wait=off`],
      ...['-device', 'virtio-serial-pci', '-device', `virtserialport,chardev=agent,name=${PORT}`],
      ...['-serial', 'stdio'],
    ];
    let ended = false;
    let isGivenUp = false;
    const began = performance.now();
    const isHopeless = (line: string): boolean =>
      isEmulated && (hasStopped(line) || clockRunsFast(line, (performance.now() - began) / 1000));
    const { pid, off } = await new Promise<{ pid: string; off: Promise<void> }>((resolve, reject) => {
      let pid: string | undefined;
      const off: Promise<void> = this.#ground
        .run('sh', ['-c', 'echo $$; exec "$@"', 'start', ...command], {
          onLine: (line, stream) => {
            if (pid === undefined && stream === 'stdout') {
              pid = line;
              resolve({ pid, off });
            } else {
              const said = printable(line);
              for (const ear of this.#ears) ear(name, said);
              if (isGivenUp || !isHopeless(said)) return;
              isGivenUp = true;
              this.#again(machine);
            }
          },
        })
        .then(
          () => undefined,
          (error: unknown) => reject(error as Error),
        )
        .finally(() => {
          ended = true;
          this.#on.get(name)?.channel.close();
          this.#on.delete(name);
        });
    });
    const channel = await openChannel(socket, () => ended);
    if (channel === undefined || ended) {
      channel?.close();
      throw new ToolFailure(
        QEMU,
        `${name} could not be switched on; why is in its console's log`,
        undefined,
        '',
        false,
      );
    }
    this.#on.set(name, { pid, channel, off });
  }

  /** Switches a machine off and on that will never come up; nothing depends on when it does. */
  #again(machine: Machine): void {
    const times = this.#stopped.get(machine.name) ?? 0;
    if (times >= MOST_STOPS || !this.isRunning(machine)) return;
    this.#stopped.set(machine.name, times + 1);
    this.#note(`${machine.name} went wrong over its emulated clock: it is switched off and on again`);
    this.powerOff(machine, { hard: true })
      .then(() => this.start(machine))
      // It stays off then, and its console's log says why.
      .catch((error: unknown) => this.#note(String(error)));
  }

  listen(ear: OnConsole): void {
    this.#ears.push(ear);
  }

  async powerOff(machine: Machine, { hard }: { readonly hard: boolean }): Promise<void> {
    const power = this.#on.get(machine.name);
    if (power === undefined) return;
    if (!hard) {
      await this.run(machine, ['systemctl', 'poweroff'], { timeoutMs: 30_000 }).catch(() => undefined);
      const late = new Promise<'late'>((resolve) => {
        setTimeout(() => resolve('late'), SHUTDOWN_MS).unref();
      });
      if ((await Promise.race([power.off, late])) !== 'late') return;
    }
    await this.#ground.run('kill', ['-KILL', power.pid], { okCodes: [0, 1] });
    await power.off;
  }

  isRunning(machine: Machine): boolean {
    return this.#on.has(machine.name);
  }

  async rebuild(machine: Machine): Promise<void> {
    if (this.isRunning(machine)) throw new Error(`${machine.name} is running`);
    await rm(join(this.#workspace.path, machine.name), { recursive: true, force: true });
    await this.#lay(machine);
  }

  plug(machine: Machine, connected: boolean): Promise<void> {
    return this.#net.plug(machine, connected);
  }

  run: Engine['run'] = async (machine, argv, { okCodes = [0], timeoutMs = 120_000, input } = {}) => {
    const power = this.#on.get(machine.name);
    const [command = ''] = argv;
    if (power === undefined) throw new ToolFailure(command, `${machine.name} is off`, undefined, '', false);
    const from = input === undefined ? '' : ` <<<${shellWords([input])}`;
    const limitMs = timeoutMs * PATIENCE[this.#accelerator.name];
    const result = await power.channel.run(`${shellWords(argv)}${from}`, limitMs);
    if (okCodes.includes(result.exitCode)) return result;
    const output = [result.stderr, result.stdout].filter(Boolean).join('\n');
    const reason =
      result.exitCode === TIMED_OUT
        ? `${command} took longer than ${Math.ceil(limitMs / 1000)} s in ${machine.name}`
        : `${command} exited with code ${result.exitCode}`;
    throw new ToolFailure(command, reason, result.exitCode, output, false);
  };

  readFiles(machine: Machine, paths: readonly string[]): Promise<readonly (string | undefined)[]> {
    const power = this.#on.get(machine.name);
    return power === undefined ? Promise.resolve(paths.map(() => undefined)) : power.channel.files(paths);
  }

  get lookEveryMs(): number {
    return this.#accelerator.name === 'kvm'
      ? LOOK_EVERY_MS
      : Math.max(LOOK_EVERY_MS, LOOK_AT_EMULATED_MS * this.#machines.length);
  }

  diskOf(machine: Machine): string {
    return this.#path(machine, 'disk.qcow2');
  }

  ask: Engine['ask'] = (question) => this.#net.ask(question);
  runOutside: Engine['runOutside'] = (...call) => this.#net.runOutside(...call);

  shell({ address }: Machine): Promise<string> {
    const key = join(this.#workspace.path, '_key');
    const trust = '-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null';
    return Promise.resolve(
      `nsenter --target ${this.#ground.pid} --net ssh -i ${key} ${trust} root@${address}`,
    );
  }

  async close(): Promise<void> {
    for (const { channel } of this.#on.values()) channel.close();
    await this.#ground.close();
    await this.#workspace.remove();
  }

  get #net(): Network {
    if (this.#network === undefined) throw new Error('the engine has not been prepared');
    return this.#network;
  }

  /** Emulated processors beyond the computer's own would only wait for each other; a real control plane is worth two. */
  #cpusOf(role: ClusterRole): number {
    const { cpus } = SIZE[role];
    if (this.#accelerator.name === 'kvm' || (role === 'master' && !this.#standIn)) return cpus;
    return Math.max(1, Math.min(cpus, Math.floor(availableParallelism() / this.#machines.length)));
  }

  #path({ name }: Machine, file: string): string {
    return join(this.#workspace.path, name, file);
  }

  async #unpack(machines: readonly Machine[]): Promise<void> {
    for (const disk of new Set(machines.flatMap(({ image }) => image.disk ?? []))) {
      const folder = join(this.#workspace.path, `_image-${this.#unpacked.size + 1}`);
      await mkdir(folder, { mode: 0o700 });
      this.#unpacked.set(disk, await unpack(disk, folder, this.#ground.run));
    }
  }

  /** A fresh disk over the image, and the medium that the machine is seeded by. */
  async #lay(machine: Machine): Promise<void> {
    const { name, image, seed } = machine;
    if (image.disk === undefined) throw new Error(`${name} has no disk to boot`);
    await mkdir(join(this.#workspace.path, name), { mode: 0o700 });
    const disk = this.#path(machine, 'disk.qcow2');
    const unpacked = this.#unpacked.get(image.disk);
    const below = unpacked ? ['-b', unpacked.rawPath, '-F', 'raw'] : ['-b', image.disk, '-F', 'qcow2'];
    await this.#ground.run('qemu-img', ['create', '-q', '-f', 'qcow2', ...below, disk]);
    const { gateway } = this.#net;
    await writeSeedIso(
      {
        'meta-data': seed['meta-data'],
        'user-data': multipart([seed['user-data'], boothook(this.#publicKey)]),
        'vendor-data': VENDOR_DATA,
        'network-config': networkConfigOf(machine, { gateway, byName: false }),
      },
      this.#path(machine, 'seed.iso'),
      this.#ground.run,
    );
  }
}

/** QEMU makes the socket a moment after it has started. */
async function openChannel(path: string, hasEnded: () => boolean): Promise<Channel | undefined> {
  for (;;) {
    if (hasEnded()) return undefined;
    try {
      return await Channel.open(path);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
