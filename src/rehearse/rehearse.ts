import { checkCluster, type CheckResult, type RehearsedCluster } from './checks.ts';
import type { Engine, EngineName } from './engine.ts';
import type { Clock, RehearsalMonitor } from './events.ts';
import { failOver } from './failover.ts';
import { randomOf } from './random.ts';
import { Saboteur } from './saboteur.ts';
import { powerOn, untilReady, within, type Stage } from './stage.ts';
import { Watch, type Span } from './watch.ts';

export interface RehearsalOptions {
  /** For all machines to be ready, and again for what follows a failure; ms. */
  readonly limitMs: number;
  /** Seed of what chaos does; undefined: nothing is broken. */
  readonly chaos?: number;
  /** Called when everything is over and every machine is still there: to keep logs, or to let people look around. */
  readonly afterwards?: (report: Rehearsal) => Promise<void>;
}

export interface RehearsalTools {
  readonly clock: Clock;
  readonly monitor: RehearsalMonitor;
  readonly signal: AbortSignal;
}

/** How a rehearsal went. */
export interface Rehearsal {
  readonly engine: EngineName;
  readonly standIn: boolean;
  readonly seed?: number;
  /** Nothing failed. */
  readonly ok: boolean;
  /** Milliseconds from power-on until all were ready; undefined when they never were. */
  readonly readyMs?: number;
  readonly checks: readonly CheckResult[];
  readonly spans: readonly Span[];
}

/**
 * Brings a cluster up, looks whether it is one, breaks it where that is asked for, and looks again. The engine is closed
 * when this settles, whatever happened. Rejects with the signal's reason when it is aborted, and with ToolFailure when the
 * engine fails; a machine that fails is a failed check.
 */
export async function rehearse(
  engine: Engine,
  cluster: RehearsedCluster,
  options: RehearsalOptions,
  tools: RehearsalTools,
): Promise<Rehearsal> {
  const watch = new Watch(engine, cluster.machines, tools.clock, tools.monitor);
  const stage: Stage = { ...tools, engine, cluster, watch };
  try {
    tools.signal.throwIfAborted();
    const report = await course(stage, options);
    await options.afterwards?.(report);
    return report;
  } finally {
    await engine.close();
  }
}

async function course(stage: Stage, { limitMs, chaos }: RehearsalOptions): Promise<Rehearsal> {
  const { engine, cluster, watch, monitor } = stage;
  const { machines, endpoint, virtualIp, standIn } = cluster;
  const names = machines.map(({ name }) => name);
  const seed = chaos === undefined ? {} : { seed: chaos };
  monitor({ event: 'begin', engine: engine.name, machines: names, standIn, ...seed });

  await engine.prepare(machines, [endpoint.address, ...(virtualIp === undefined ? [] : [virtualIp])]);
  watch.begin();
  await Promise.all(machines.map((machine) => powerOn(stage, machine)));

  const saboteur = chaos === undefined ? undefined : new Saboteur(stage, randomOf(chaos));
  let late = await untilReady(stage, machines, limitMs, saboteur && (() => saboteur.look()));
  await saboteur?.done();
  // What was struck at the last moment is up again, too.
  if (saboteur && late.length === 0) late = await untilReady(stage, machines, limitMs);
  const readyMs = late.length === 0 ? watch.ms : undefined;
  const results: CheckResult[] = [];
  const found = (checks: readonly CheckResult[]): void => {
    for (const check of checks) monitor({ event: 'check', ms: watch.ms, ...check });
    results.push(...checks);
  };
  found([
    allReady(
      stage,
      late.map(({ name }) => name),
      readyMs,
    ),
  ]);
  if (saboteur) found([powerCuts(saboteur)]);
  if (late.length === 0) {
    found(await settled(stage, limitMs));
    if (chaos !== undefined && results.every(({ status }) => status !== 'fail')) {
      found(await failOver(stage, limitMs));
      found((await settled(stage, limitMs)).map(again));
    }
  }
  await watch.look();
  return {
    engine: engine.name,
    standIn,
    ...seed,
    ok: results.every(({ status }) => status !== 'fail'),
    ...(readyMs === undefined ? {} : { readyMs }),
    checks: results,
    spans: watch.spans(),
  };
}

/** Between two rounds of checks, ms. */
const LONGEST_PAUSE_MS = 30_000;

/** The checks, once they have passed; or as they are when the time is over. */
async function settled(stage: Stage, limitMs: number): Promise<CheckResult[]> {
  const { clock, signal } = stage;
  let last: CheckResult[] = [];
  await within(stage, limitMs, async () => {
    await stage.watch.look();
    const began = clock.now();
    last = await checkCluster(stage.engine, stage.cluster);
    if (last.every(({ status }) => status !== 'fail')) return true;
    // Machines that are slow to answer settle the sooner the less they are asked.
    await clock.sleep(Math.min(clock.now() - began, LONGEST_PAUSE_MS), signal);
    return undefined;
  });
  return last;
}

function allReady(
  { cluster, engine, watch }: Stage,
  late: readonly string[],
  readyMs: number | undefined,
): CheckResult {
  const title = 'every machine is ready';
  if (readyMs !== undefined)
    return {
      title,
      status: 'pass',
      detail: `${cluster.machines.length} after ${(readyMs / 1000).toFixed(1)} s`,
    };
  const where = cluster.machines
    .filter(({ name }) => late.includes(name))
    .map((machine) => {
      const { state, reason, failed } = watch.standing(machine);
      const why = engine.whyOff?.(machine) ?? (failed === '' ? reason : `gave up: ${failed}`);
      return `${machine.name} is in ${state}${why === '' ? '' : ` (${why})`}`;
    });
  return { title, status: 'fail', detail: where.join('; ') };
}

function powerCuts({ hit }: Saboteur): CheckResult {
  const title = 'machines that lost their power on the way went on';
  return hit.length === 0
    ? { title, status: 'skip', detail: 'no machine was seen before it was ready' }
    : { title, status: 'pass', detail: `power cuts in ${hit.join(', ')}` };
}

const again = (check: CheckResult): CheckResult => ({ ...check, title: `afterwards, ${check.title}` });
