import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { ToolFailure } from '../../adapters/process.ts';
import { paths } from '../../build/local/store.ts';
import { castOf } from '../../rehearse/cast.ts';
import type { RehearsedCluster } from '../../rehearse/checks.ts';
import { chooseEngine, type ChosenEngine } from '../../rehearse/choose.ts';
import type { Engine, EngineName, OnConsole } from '../../rehearse/engine.ts';
import type { Machine } from '../../rehearse/machine.ts';
import { openNspawn } from '../../rehearse/nspawn/engine.ts';
import { openQemu } from '../../rehearse/qemu/engine.ts';
import { rehearse, type Rehearsal } from '../../rehearse/rehearse.ts';
import { renderTimeline } from '../../rehearse/timeline.ts';
import { secretValuesOf } from '../../secrets/secrets.ts';
import { parseDuration } from '../../units/duration.ts';
import { cacheFolder, thisHost } from '../cache-folder.ts';
import { openClusterOrStop, type ClusterOptions, type OpenedCluster } from '../compile-cluster.ts';
import { EXIT, Stop, type Io } from '../io.ts';
import { seconds } from '../progress.ts';
import { demandInotify, demandRoom, endpointHere, withManifests } from '../rehearsable.ts';
import { rehearsalMachines } from '../rehearsal-machines.ts';
import { makeRehearsalView } from '../rehearsal-view.ts';
import { needsFor, requireTools } from '../require-tools.ts';

export interface RehearseOptions extends ClusterOptions {
  readonly engine?: EngineName;
  readonly chaos?: boolean;
  /** Digits: of what chaos does. */
  readonly seed?: string;
  readonly keep?: boolean;
  /** A duration: for all machines to be ready. */
  readonly timeout?: string;
  /** Commands that must succeed when the cluster is up. */
  readonly test?: string;
  /** Folder for consoles and journals. */
  readonly logs?: string;
  /** Folder of the images. */
  readonly out?: string;
  readonly json?: boolean;
}

/** What an emulated machine takes longer, all in all. */
const USUAL_LIMIT = { nspawn: '10m', qemu: '30m' } as const;

/** `bake rehearse`: bakes every role, boots the whole cluster on this computer, looks at it, and takes it away again. */
export async function rehearseCommand(options: RehearseOptions, io: Io): Promise<void> {
  const json = options.json ?? false;
  const note = (message: string): void => {
    if (json) io.out(`${JSON.stringify({ event: 'note', message })}\n`);
    else io.err(`${message}\n`);
  };
  const seed = seedOf(options);
  const timeout = options.timeout === undefined ? undefined : limitOf(options.timeout);
  refuseWhatCannotRehearse();
  const chaos = options.chaos ? (seed ?? Math.floor(Math.random() * 1_000_000)) : undefined;
  const written = await openClusterOrStop(options, io);
  demandWindow(written);
  const address = endpointHere(written.cluster.cluster);
  demandRoom(written.cluster.cluster);
  await requireTools(needsFor(['bake', 'rehearse']), io);
  const { work } = paths(cacheFolder(io));
  await mkdir(work, { recursive: true });
  const cluster = await withManifests(written.cluster.cluster, work, io.signal);
  const opened = { ...written, cluster: { ...written.cluster, cluster } };
  const chosen: ChosenEngine =
    options.engine === undefined
      ? await chooseEngine(thisHost(io), work, io.signal)
      : { name: options.engine, reason: 'as asked for' };
  note(`engine ${chosen.name}: ${chosen.reason}`);
  if (chosen.name === 'nspawn') await demandInotify(castOf(cluster).length);
  if (options.standIn) note(STAND_INS);
  const limitMs = timeout ?? limitOf(USUAL_LIMIT[chosen.name]);

  const { machines, release } = await rehearsalMachines(opened, { ...options, engine: chosen.name }, io);
  try {
    const logs = resolve(io.cwd, options.logs ?? join(options.out ?? 'out', `rehearsal-${cluster.name}`));
    const keepConsole = consoleLogs(logs, machines);
    const engine = await openEngine(chosen.name, note, options.standIn ?? false, io);
    engine.listen(keepConsole);
    const { monitor, done } = await makeRehearsalView(io, json);
    let report: Rehearsal;
    try {
      report = await rehearse(
        engine,
        rehearsed(opened, machines, { ...options, address }),
        {
          limitMs,
          ...(chaos === undefined ? {} : { chaos }),
          afterwards: async (report) => {
            await keepJournals(engine, machines, logs);
            if (!options.keep) return;
            done();
            tell(report, io, json);
            await stay(engine, machines, note, io);
          },
        },
        { clock: { now: Date.now, sleep }, monitor, signal: io.signal },
      );
    } finally {
      done();
    }
    if (!options.keep) tell(report, io, json);
    note(`Consoles and journals: ${relative(io.cwd, logs) || '.'}`);
    if (options.standIn) note(STAND_INS);
    if (!report.ok) throw new Stop(EXIT.input, '');
  } finally {
    await release();
  }
}

const STAND_INS = 'STAND-INS take the place of Kubernetes: this rehearses machines, not Kubernetes.';

function refuseWhatCannotRehearse(): void {
  if (process.platform !== 'linux') throw new Stop(EXIT.tool, 'a rehearsal needs Linux');
  if (process.getuid?.() !== 0)
    throw new Stop(
      EXIT.tool,
      'a rehearsal needs root, for its network and its machines: sudo npx bake rehearse ...',
    );
}

/** Machines would wait for ever for somebody who may start the cluster. */
function demandWindow({ secrets, secretsPath }: OpenedCluster): void {
  const { initUntil } = secrets.cluster;
  if (Date.parse(initUntil) > Date.now()) return;
  throw new Stop(
    EXIT.input,
    `the time in which the first master may initialise ended at ${initUntil}; open it again: bake secrets rotate window ${secretsPath}`,
  );
}

function seedOf({ seed: text, chaos }: Pick<RehearseOptions, 'seed' | 'chaos'>): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text))
    throw new Stop(EXIT.usage, `--seed ${JSON.stringify(text)}: a number of up to 9 digits`);
  if (!chaos) throw new Stop(EXIT.usage, '--seed says what --chaos does, so it goes with --chaos');
  return Number(text);
}

function limitOf(text: string): number {
  const limit = parseDuration(text);
  if (limit === undefined)
    throw new Stop(EXIT.usage, `--timeout ${JSON.stringify(text)}: a duration such as 10m or 90s`);
  return limit * 1000;
}

function rehearsed(
  { cluster: { cluster }, secrets }: OpenedCluster,
  machines: readonly Machine[],
  { address, standIn = false, test }: Pick<RehearseOptions, 'standIn' | 'test'> & { address: string },
): RehearsedCluster {
  const { endpoint, virtualIp, balancer, kubeadm } = cluster;
  return {
    machines,
    endpoint: { address, port: endpoint.port, name: endpoint.host },
    ...(virtualIp === undefined ? {} : { virtualIp: virtualIp.address }),
    apiPort: balancer.apiPort,
    ca: secrets.cluster.authorities.kubernetes.certificate,
    etcd: kubeadm.externalEtcd ? 'external' : 'stacked',
    secrets: secretValuesOf(secrets),
    standIn,
    ...(test === undefined ? {} : { test }),
  };
}

function openEngine(
  name: EngineName,
  note: (message: string) => void,
  standIn: boolean,
  io: Io,
): Promise<Engine> {
  const common = { host: thisHost(io), cacheDir: cacheFolder(io), signal: io.signal };
  return name === 'nspawn' ? openNspawn(common) : openQemu({ ...common, note, standIn });
}

/** A file a machine, begun anew; nobody else may read what machines say. */
function consoleLogs(folder: string, machines: readonly Machine[]): OnConsole {
  mkdirSync(folder, { recursive: true });
  const fileOf = (name: string): string => join(folder, `${name}.console.log`);
  for (const { name } of machines) writeFileSync(fileOf(name), '', { mode: 0o600 });
  return (machine, line) => appendFileSync(fileOf(machine), `${new Date().toISOString()} ${line}\n`);
}

/** The journals of machines that are on, all boots. */
async function keepJournals(engine: Engine, machines: readonly Machine[], folder: string): Promise<void> {
  for (const machine of machines.filter((one) => engine.isRunning(one))) {
    const ask = ['journalctl', '--no-pager', '--output=short-precise'];
    const text = await engine.run(machine, ask, { timeoutMs: 60_000 }).then(
      ({ stdout }) => stdout,
      (error: unknown) => {
        if (error instanceof ToolFailure && !error.aborted) return `no journal: ${error.message}\n`;
        throw error;
      },
    );
    writeFileSync(join(folder, `${machine.name}.journal.log`), text, { mode: 0o600 });
  }
}

/** Until Ctrl-C. */
async function stay(
  engine: Engine,
  machines: readonly Machine[],
  note: (message: string) => void,
  { signal }: Io,
): Promise<void> {
  note('The machines stay until Ctrl-C. A shell in each, from another terminal:');
  for (const machine of machines.filter((one) => engine.isRunning(one)))
    note(`  ${machine.name}: ${await engine.shell(machine)}`);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function tell(report: Rehearsal, io: Io, json: boolean): void {
  if (json) {
    io.out(`${JSON.stringify({ event: 'end', ...report })}\n`);
    return;
  }
  const failed = report.checks.filter(({ status }) => status === 'fail');
  const how =
    report.readyMs === undefined ? '' : ` All machines were ready after ${seconds(report.readyMs)}.`;
  io.out(`${renderTimeline(report.spans)}\n`);
  io.out(report.ok ? `The cluster came up.${how}\n` : `The rehearsal failed.${how}\n`);
  for (const { title, detail } of failed) io.out(`${io.palette.error('fail')}  ${title}: ${detail}\n`);
  if (report.seed !== undefined) io.out(`The same again: --chaos --seed ${report.seed}\n`);
}

const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
