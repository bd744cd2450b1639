import { readdir, readFile, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolFailure } from '../../adapters/process.ts';
import type { Host } from '../../build/local/host.ts';
import { mountPoint, mountStack, type Stack } from '../../build/local/stacking.ts';
import { openWorkspace, type Workspace } from '../../build/local/workspace.ts';
import { printable } from '../console.ts';
import type { Engine, OnConsole } from '../engine.ts';
import { openGround, type Ground } from '../ground.ts';
import { interfaceOf, type Machine } from '../machine.ts';
import { makeNetwork, type Network } from '../network.ts';
import { adjust, copyFolder, plainFolders } from './adjust.ts';
import { CUT, ENGINE_FOLDER, START } from './scripts.ts';

export interface NspawnOptions {
  readonly host: Host;
  /** The cache that holds the machines' trees; unfinished things go there, too. */
  readonly cacheDir: string;
  readonly signal: AbortSignal;
}

/** A machine that is on. */
interface Power {
  /** systemd-nspawn, as processes in the ground see it. */
  readonly pid: string;
  /** Resolves when it has ended, whatever the reason. */
  readonly off: Promise<void>;
  /** It is being switched off, so that its end is no surprise. */
  isOrderedOff: boolean;
}

/** How long a machine may take to shut down in order before its plug is pulled, in ms. */
const SHUTDOWN_MS = 90_000;

/** How many lines of a console say why a machine went off. */
const LAST_WORDS = 3;

/** Kernel modules and the clock are the computer's; no machine may change them. */
const WITHHELD = 'CAP_SYS_MODULE,CAP_SYS_TIME,CAP_SYS_RAWIO';

/** Opens the engine; needs root and systemd-nspawn. Rejects with ToolFailure. */
export async function openNspawn(options: NspawnOptions): Promise<Engine> {
  const { host, cacheDir, signal } = options;
  const workspace = await openWorkspace(host, cacheDir);
  try {
    return new Nspawn(workspace, await openGround(host, workspace.path, signal));
  } catch (error) {
    await workspace.remove();
    throw error;
  }
}

/**
 * Machines as containers of systemd-nspawn: the image's own trees below, a thin one of the machine's on top, with the
 * image's systemd, cloud-init, container runtime and kubelet on this computer's kernel.
 */
class Nspawn implements Engine {
  readonly name = 'nspawn';
  readonly lookEveryMs = 500;
  readonly #workspace: Workspace;
  readonly #ground: Ground;
  readonly #on = new Map<string, Power>();
  /** Why machines went off that nobody has switched off. */
  readonly #fallen = new Map<string, string>();
  readonly #ears: OnConsole[] = [];
  #network: Network | undefined;
  #cgroups: 'v1' | 'v2' = 'v1';
  #canLowerOomScore = true;

  constructor(workspace: Workspace, ground: Ground) {
    this.#workspace = workspace;
    this.#ground = ground;
  }

  async prepare(machines: readonly Machine[], reserved: readonly string[]): Promise<void> {
    this.#cgroups = await cgroupVersion();
    this.#canLowerOomScore = await hasResourceCapability();
    this.#network = await makeNetwork(this.#ground, machines, reserved);
    await Promise.all(machines.map((machine) => this.#lay(machine)));
  }

  async start(machine: Machine): Promise<void> {
    if (this.#on.has(machine.name)) return;
    const { group, run } = this.#ground;
    const { name, mac } = machine;
    const tree = this.#tree(machine);
    const plain = await plainFolders(this.#ground.view(tree));
    const command = [
      ...['env', 'SYSTEMD_SECCOMP=0', 'SYSTEMD_NSPAWN_API_VFS_WRITABLE=1'],
      `SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=${this.#cgroups === 'v2' ? 1 : 0}`,
      ...['systemd-nspawn', '--quiet', '--directory', tree, `--machine=${name}`],
      ...['--register=no', '--keep-unit', '--resolv-conf=off', '--timezone=off', '--link-journal=no'],
      ...['--capability=all', `--drop-capability=${WITHHELD}`, '--bind=/dev/kmsg', '--console=read-only'],
      ...plain.map((folder) => `--bind=${this.#plain(machine, folder)}:${folder}`),
      join(ENGINE_FOLDER, 'init'),
    ];
    const port = this.#net.portOf(machine);
    const args = ['-c', START, 'start', group, name, port, interfaceOf(machine).name, mac, ...command];
    this.#fallen.delete(name);
    const lastWords: string[] = [];
    await new Promise<void>((resolve, reject) => {
      let pid: string | undefined;
      const off = run('bash', args, {
        onLine: (line, stream) => {
          if (pid === undefined && stream === 'stdout') {
            pid = line;
            this.#on.set(name, { pid, off, isOrderedOff: false });
            resolve();
            return;
          }
          const said = printable(line);
          if (said !== '') lastWords.push(said);
          lastWords.splice(0, lastWords.length - LAST_WORDS);
          for (const ear of this.#ears) ear(name, said);
        },
      })
        .then(
          ({ exitCode }) => exitCode,
          (error: Error) => {
            // A machine that is off has a container that has ended. One that never was on has not.
            reject(error);
            return error instanceof ToolFailure ? error.exitCode : undefined;
          },
        )
        .then(async (exitCode) => {
          await this.#silence(machine);
          const how = exitCode === undefined ? 'was killed' : `ended with exit code ${exitCode}`;
          if (this.#on.get(name)?.isOrderedOff === false)
            this.#fallen.set(name, [`its container ${how}`, ...lastWords].join(' | '));
          this.#on.delete(name);
        });
    });
  }

  listen(ear: OnConsole): void {
    this.#ears.push(ear);
  }

  async powerOff(machine: Machine, { hard }: { readonly hard: boolean }): Promise<void> {
    const power = this.#on.get(machine.name);
    if (power === undefined) return;
    power.isOrderedOff = true;
    if (!hard) {
      const ordered = this.run(machine, ['systemctl', 'poweroff'], { timeoutMs: 10_000 }).catch(
        () => undefined,
      );
      const isOff = await Promise.race([
        power.off.then(() => true),
        ordered.then(() => sleep(SHUTDOWN_MS)).then(() => false),
      ]);
      if (isOff) return;
    }
    await this.#silence(machine);
    await this.#ground.run('bash', ['-c', CUT, 'cut', this.#ground.group, machine.name]);
    await power.off;
  }

  isRunning(machine: Machine): boolean {
    return this.#on.has(machine.name);
  }

  whyOff(machine: Machine): string | undefined {
    return this.#fallen.get(machine.name);
  }

  async rebuild(machine: Machine): Promise<void> {
    if (this.isRunning(machine)) throw new Error(`${machine.name} is running`);
    await this.#ground.run('umount', [this.#tree(machine)]);
    await rm(join(this.#workspace.path, machine.name), { recursive: true, force: true });
    await this.#lay(machine);
  }

  async plug(machine: Machine, connected: boolean): Promise<void> {
    // The cable of a machine that is off is a part of its power-on.
    if (!connected || this.isRunning(machine)) await this.#net.plug(machine, connected);
  }

  run: Engine['run'] = async (machine, argv, options = {}) => {
    const power = this.#on.get(machine.name);
    const first = power && (await this.#firstProcess(power));
    if (first === undefined)
      throw new ToolFailure(argv[0] ?? '', `${machine.name} is off`, undefined, '', false);
    const enter = ['--target', first, '--mount', '--uts', '--ipc', '--net', '--pid', '--root', '--wd'];
    return this.#ground.run('nsenter', [...enter, 'setpriv', '--pdeathsig', 'KILL', ...argv], options);
  };

  readFiles(machine: Machine, paths: readonly string[]): Promise<(string | undefined)[]> {
    const tree = this.#ground.view(this.#tree(machine));
    return Promise.all(paths.map((path) => readFile(join(tree, path), 'utf8').catch(() => undefined)));
  }

  ask: Engine['ask'] = (question) => this.#net.ask(question);
  runOutside: Engine['runOutside'] = (...call) => this.#net.runOutside(...call);

  async shell(machine: Machine): Promise<string> {
    const power = this.#on.get(machine.name);
    const first = power && (await this.#firstProcess(power));
    if (first === undefined) throw new ToolFailure('nsenter', `${machine.name} is off`, undefined, '', false);
    const pid = await this.#pidHere(first);
    return `nsenter --target ${pid} --mount --uts --ipc --net --pid --root --wd bash --login`;
  }

  async close(): Promise<void> {
    await this.#ground.close();
    await this.#workspace.remove();
  }

  get #net(): Network {
    if (this.#network === undefined) throw new Error('the engine has not been prepared');
    return this.#network;
  }

  /** The network of a container outlives it, and the kernel would answer for a machine that is off. */
  async #silence(machine: Machine): Promise<void> {
    // With the rehearsal its ports go, too.
    await this.#net.plug(machine, false).catch(() => undefined);
  }

  #stack({ name, image }: Machine): Stack & { readonly stacking: 'overlay' | 'copy' } {
    if (image.trees === undefined) throw new Error(`${name} has no trees to boot`);
    return { ...image.trees, work: join(this.#workspace.name, name) };
  }

  /** The machine's tree, as processes in the ground see it. */
  #tree(machine: Machine): string {
    const stack = this.#stack(machine);
    return join(stack.root, mountPoint(stack));
  }

  #plain(machine: Machine, folder: string): string {
    return join(this.#workspace.path, machine.name, 'plain', folder);
  }

  /** A fresh disk: the image's trees with an empty one upon them, and the seed. */
  async #lay(machine: Machine): Promise<void> {
    const stack = this.#stack(machine);
    await mountStack(this.#ground, stack.stacking, stack);
    const tree = this.#tree(machine);
    const view = this.#ground.view(tree);
    const { gateway } = this.#net;
    await adjust(machine, view, { gateway, canLowerOomScore: this.#canLowerOomScore });
    for (const folder of await plainFolders(view))
      await copyFolder(this.#ground, join(tree, folder), this.#plain(machine, folder));
  }

  /** The first process of the machine, as the ground sees it; undefined while there is none. */
  async #firstProcess({ pid }: Power): Promise<string | undefined> {
    const proc = this.#ground.view('/proc');
    const children = await readFile(join(proc, pid, 'task', pid, 'children'), 'utf8').catch(() => '');
    for (const child of children.split(' ').filter(Boolean)) {
      const status = await readFile(join(proc, child, 'status'), 'utf8').catch(() => '');
      if (/^NSpid:.*\t1$/m.test(status)) return child;
    }
    return undefined;
  }

  /** The same process as a person at this computer sees it. */
  async #pidHere(inGround: string): Promise<string> {
    const wanted = await readlink(join(this.#ground.view('/proc'), inGround, 'ns/pid'));
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      if ((await readlink(join('/proc', pid, 'ns/pid')).catch(() => '')) !== wanted) continue;
      const status = await readFile(join('/proc', pid, 'status'), 'utf8').catch(() => '');
      if (/^NSpid:.*\t1$/m.test(status)) return pid;
    }
    throw new Error(`process ${inGround} of the rehearsal is not to be found`);
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());

/** Controllers are of version 2 where they all are; a mixed computer is used as one of version 1. */
async function cgroupVersion(): Promise<'v1' | 'v2'> {
  const controllers = await readFile('/sys/fs/cgroup/cgroup.controllers', 'utf8').catch(() => '');
  return controllers.trim() === '' ? 'v1' : 'v2';
}

const CAP_SYS_RESOURCE = 24n;

async function hasResourceCapability(): Promise<boolean> {
  const status = await readFile('/proc/self/status', 'utf8');
  const bounding = BigInt(`0x${/^CapBnd:\t([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  return ((bounding >> CAP_SYS_RESOURCE) & 1n) === 1n;
}
