import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { run } from '../../src/adapters/process.ts';
import { cacheFolder, thisHost } from '../../src/cli/cache-folder.ts';
import { openClusterOrStop } from '../../src/cli/compile-cluster.ts';
import type { Io } from '../../src/cli/io.ts';
import { rehearsalMachines } from '../../src/cli/rehearsal-machines.ts';
import { plain } from '../../src/diagnostics/render.ts';
import type { Engine } from '../../src/rehearse/engine.ts';
import type { Machine } from '../../src/rehearse/machine.ts';
import { openNspawn } from '../../src/rehearse/nspawn/engine.ts';
import { bakeProcess, ROOT } from '../support/programs.ts';
import type { Asked } from './outside.ts';

/** The highest free address of the machines' network, which is the bridge's (src/rehearse/network.ts). */
export const OUTSIDE = '10.88.0.254';

/**
 * Its password begins and ends with what addresses, shells and systemd trip over. The middle, by which secrets are looked for
 * (src/secrets/needles.ts), is written alike everywhere.
 */
const MIDDLE = createHash('sha256').update('a proxy').digest('hex');
export const LOGIN = { username: 'machines', password: `p@ss:w/rd $HOME ${MIDDLE} '100%` };
export const ENCODED_LOGIN = `machines:p%40ss%3Aw%2Frd%20%24HOME%20${MIDDLE}%20%27100%25`;

/** The worker's Docker has it from an archive. */
export const PRELOADED_IMAGE = 'registry.example.com/preloaded:1.0';

const ADDON = stringify({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'from-afar', namespace: 'kube-system' },
});

const packageOf = (name: string): string =>
  [
    ...[`Package: ${name}`, 'Version: 1', 'Architecture: all', 'Maintainer: test <test@localhost>'],
    ...[`Filename: ${name}.deb`, 'Size: 1', `SHA256: ${'0'.repeat(64)}`, 'Description: made for a test', ''],
  ].join('\n');

/** What the outside has: all that is far is known to the proxy only. */
const PAGES = {
  'http://addons.far.example/addon.yaml': ADDON,
  'http://packages.far.example/debs/Packages': packageOf('from-afar'),
  'http://mirror.near.example/debs/Packages': packageOf('from-nearby'),
};

const CLUSTER = {
  apiVersion: 'bake/v1',
  kind: 'Cluster',
  name: 'behind',
  profiles: { master: 'master', worker: './worker.yaml' },
  endpoint: 'kubeapi.behind.example:6443',
  networks: { pods: '10.244.0.0/16', services: '10.96.0.0/12' },
  nodes: [
    { name: 'master-1', role: 'master', address: '10.88.0.11' },
    { name: 'worker-1', role: 'worker', address: '10.88.0.21' },
  ],
  hosts: [`${OUTSIDE} proxy.near.example mirror.near.example`],
  proxy: {
    http: 'http://proxy.near.example:3128',
    https: 'http://proxy.near.example:3128',
    credentials: 'corp',
    noProxy: ['mirror.near.example'],
  },
  addons: [
    {
      name: 'own',
      url: 'http://addons.far.example/addon.yaml',
      sha256: createHash('sha256').update(ADDON).digest('hex'),
    },
  ],
};

/** How long first boot may take, ms: on this computer's processors a quarter of a minute, which others may be busy on. */
const LIMIT_MS = 600_000;

/** A cluster that is up, and the outside of its network. */
export class BehindAProxy {
  readonly engine: Engine;
  readonly master: Machine;
  readonly worker: Machine;
  readonly #release: () => Promise<void>;
  readonly #asked: Asked[] = [];

  private constructor(engine: Engine, machines: readonly Machine[], release: () => Promise<void>) {
    const [master, worker] = machines;
    assert.ok(master && worker);
    this.engine = engine;
    this.master = master;
    this.worker = worker;
    this.#release = release;
  }

  /** Bakes a master with containerd and a worker with Docker, and boots both as containers until first boot has ended. `folder` is empty. */
  static async open(folder: string): Promise<BehindAProxy> {
    let told = '';
    const io: Io = {
      cwd: folder,
      env: process.env,
      isTerminal: false,
      palette: plain,
      signal: new AbortController().signal,
      out: (text) => (told += text),
      err: (text) => (told += text),
    };
    await makeProject(folder);
    const options = { cluster: 'cluster.yaml', standIn: true, engine: 'nspawn' } as const;
    const made = await openClusterOrStop(options, io)
      .then((opened) => rehearsalMachines(opened, options, io))
      .catch((error: unknown) => {
        throw new Error(`the images were not baked:\n${told.slice(-4000)}`, { cause: error });
      });
    const engine = await openNspawn({ host: thisHost(io), cacheDir: cacheFolder(io), signal: io.signal });
    const opened = new BehindAProxy(engine, made.machines, made.release);
    try {
      await engine.prepare(made.machines, []);
      await opened.#openOutside();
      await Promise.all(made.machines.map((machine) => opened.#boot(machine)));
    } catch (error) {
      await opened.close();
      throw error;
    }
    return opened;
  }

  /** All that the outside has been asked so far. */
  get asked(): readonly Asked[] {
    return this.#asked;
  }

  /** What a command of bash says in a machine, which begins with nothing in its environment. */
  async said(machine: Machine, script: string, okCodes: readonly number[] = [0]): Promise<string> {
    const clean = ['env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'bash', '-euo', 'pipefail', '-c'];
    const done = await this.engine.run(machine, [...clean, script], { okCodes, timeoutMs: 60_000 });
    return `${done.stdout}${done.stderr}`.trim();
  }

  /** What the outside is asked by a machine while something is done: `proxy (login): GET http://…`, `server: GET http://…`. */
  async askedDuring(machine: Machine, act: () => Promise<unknown>): Promise<string[]> {
    const before = this.#asked.length;
    await act();
    // Requests are told in their order: when this one is, all of them are.
    const last = `http://${OUTSIDE}/${this.#asked.length}`;
    await this.engine.runOutside('curl', ['--silent', '--noproxy', '*', last]);
    const isLast = ({ what }: Asked): boolean => what === `GET ${last}`;
    for (const deadline = Date.now() + 10_000; !this.#asked.some(isLast); await sleep(10))
      assert.ok(Date.now() < deadline, 'the outside tells what it is asked');
    return this.#asked
      .slice(before)
      .filter(({ from }) => from === machine.address)
      .map(({ by, what, isKnown }) => `${by}${isKnown ? ' (login)' : ''}: ${what}`);
  }

  async close(): Promise<void> {
    await this.engine.close();
    await this.#release();
  }

  /** Its program ends with the engine, at the latest. */
  async #openOutside(): Promise<void> {
    const login = `${LOGIN.username}:${LOGIN.password}`;
    const program = ['--import', 'tsx', join(import.meta.dirname, 'outside.ts'), OUTSIDE, login];
    await new Promise<void>((resolve, reject) => {
      this.engine
        .runOutside(process.execPath, program, {
          cwd: ROOT,
          env: { PAGES: JSON.stringify(PAGES) },
          onLine: (line, stream) => {
            if (line === 'listening') resolve();
            else if (stream === 'stdout') this.#asked.push(JSON.parse(line) as Asked);
          },
        })
        .catch(reject);
    });
  }

  async #boot(machine: Machine): Promise<void> {
    const console: string[] = [];
    this.engine.listen((name, line) => name === machine.name && console.push(line));
    await this.engine.start(machine);
    const files = ['state', 'reason', 'failed'].map((name) => `/var/lib/bake/firstboot/${name}`);
    for (const deadline = Date.now() + LIMIT_MS; ; await sleep(500)) {
      const [state = 'no state', ...why] = await this.engine.readFiles(machine, files);
      if (state === 'ready') return;
      const standing = [`${machine.name} is in ${state}: ${why.join(' ')}`, ...console.slice(-30)];
      assert.ok(Date.now() < deadline && this.engine.isRunning(machine), standing.join('\n'));
    }
  }
}

/** The files of the cluster, and the archive of its worker. */
async function makeProject(folder: string): Promise<void> {
  const worker = {
    apiVersion: 'bake/v1',
    kind: 'Profile',
    extends: 'worker',
    runtime: { engine: 'docker' },
    kubernetes: { images: [{ file: './preloaded.tar', sha256: await makeImage(folder) }] },
  };
  writeFileSync(join(folder, 'worker.yaml'), stringify(worker));
  writeFileSync(join(folder, 'cluster.yaml'), stringify(CLUSTER));
  const made = await bakeProcess(['secrets', 'new', '--cluster', 'cluster.yaml'], folder);
  assert.equal(made.exitCode, 0, made.stderr);
  const path = join(folder, 'secrets.yaml');
  const secrets = parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  writeFileSync(path, stringify({ ...secrets, proxies: { corp: LOGIN } }));
}

/** Makes preloaded.tar, a docker-archive of one file (moby, image/spec/v1.2), the same bytes each time. Resolves to its sha256. */
async function makeImage(folder: string): Promise<string> {
  const parts = join(folder, 'image');
  mkdirSync(parts);
  const put = (name: string, text: string): void => writeFileSync(join(parts, name), text);
  const sumOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
  const alike = ['--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=0644'];
  const pack = (archive: string, files: readonly string[]) =>
    run('tar', ['--create', ...alike, '--file', archive, '--directory', parts, ...files]);
  put('hello', 'hello\n');
  const layer = join(parts, 'layer.tar');
  await pack(layer, ['hello']);
  const rootfs = { type: 'layers', diff_ids: [`sha256:${sumOf(layer)}`] };
  put('config.json', JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs }));
  const entry = { Config: 'config.json', RepoTags: [PRELOADED_IMAGE], Layers: ['layer.tar'] };
  put('manifest.json', JSON.stringify([entry]));
  const archive = join(folder, 'preloaded.tar');
  await pack(archive, ['manifest.json', 'config.json', 'layer.tar']);
  return sumOf(archive);
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
