import { apiAnswers, holderOf, starters, type CheckResult } from './checks.ts';
import type { Machine } from './machine.ts';
import { act, powerCut, powerOn, untilReady, within, type Stage } from './stage.ts';

/** How long the API may be away when one machine dies, in ms. */
export const FAILOVER_MS = 30_000;
/** How long it must answer without a break to be back, in ms: longer than a balancer takes to notice that a master is gone. */
const STEADY_MS = 10_000;

/**
 * Breaks a cluster that is up: its first master for good, then the balancer that holds the virtual IP, then it has the
 * master built anew. Each is a check. `limitMs`: for the new master to be ready.
 */
export async function failOver(stage: Stage, limitMs: number): Promise<CheckResult[]> {
  const { machines } = stage.cluster;
  const masters = machines.filter(({ role }) => role === 'master');
  const [victim = masters[0]] = await starters(stage.engine, masters);
  const canLoseOne = masters.length >= 3 && victim !== undefined;
  return [
    canLoseOne
      ? await loseMaster(stage, victim)
      : skipped('the API survives its first master', 'it takes three masters to lose one'),
    await loseBalancer(stage),
    canLoseOne
      ? await rebuildMaster(stage, victim, limitMs)
      : skipped('a master that is built anew joins', 'none was lost'),
  ];
}

async function loseMaster(stage: Stage, master: Machine): Promise<CheckResult> {
  const title = 'the API answers after its first master is gone';
  await powerCut(stage, master);
  act(stage, master, 'power cut for good');
  const took = await untilApiAnswers(stage);
  return timed(title, took, `${master.name} lost`);
}

async function loseBalancer(stage: Stage): Promise<CheckResult> {
  const title = 'the virtual IP moves when its balancer is gone';
  const { engine, cluster } = stage;
  const { virtualIp, machines } = cluster;
  const balancers = machines.filter(({ role }) => role === 'haproxy');
  if (virtualIp === undefined || balancers.length < 2)
    return skipped(title, 'it takes two balancers with a virtual IP');
  const holder = await holderOf(engine, balancers, virtualIp);
  if (holder === undefined) return { title, status: 'fail', detail: `no balancer has ${virtualIp}` };
  await powerCut(stage, holder);
  act(stage, holder, `power cut while it had ${virtualIp}`);
  const took = await untilApiAnswers(stage);
  const heir = await holderOf(engine, balancers, virtualIp);
  act(stage, holder, 'power on');
  await powerOn(stage, holder);
  return timed(title, heir && took, `from ${holder.name} to ${heir?.name ?? 'nobody'}`);
}

async function rebuildMaster(stage: Stage, master: Machine, limitMs: number): Promise<CheckResult> {
  const title = 'a master that is built anew joins';
  await stage.engine.rebuild(master);
  stage.watch.rebuilt(master);
  act(stage, master, 'built anew, power on');
  const began = stage.watch.ms;
  await powerOn(stage, master);
  const late = await untilReady(stage, [master], limitMs);
  if (late.length > 0) {
    const { state, reason, failed } = stage.watch.standing(master);
    return { title, status: 'fail', detail: `${master.name} is in ${state}: ${failed || reason}` };
  }
  if ((await starters(stage.engine, [master])).length > 0)
    return { title, status: 'fail', detail: `${master.name} has started a second cluster` };
  return { title, status: 'pass', detail: `${master.name} ready after ${inSeconds(stage.watch.ms - began)}` };
}

/** Milliseconds until the API answers at the endpoint, and goes on to; undefined when it does not in good time. */
async function untilApiAnswers(stage: Stage): Promise<number | undefined> {
  const began = stage.watch.ms;
  let steadySince: number | undefined;
  return within(stage, FAILOVER_MS + STEADY_MS, async () => {
    const { ok } = await apiAnswers(stage.engine, stage.cluster);
    const now = stage.watch.ms;
    steadySince = ok === true ? (steadySince ?? now) : undefined;
    if (steadySince === undefined || steadySince - began > FAILOVER_MS) return undefined;
    return now - steadySince >= STEADY_MS ? steadySince - began : undefined;
  });
}

function timed(title: string, took: number | undefined, what: string): CheckResult {
  return took === undefined
    ? { title, status: 'fail', detail: `${what}; no answer within ${inSeconds(FAILOVER_MS)}` }
    : { title, status: 'pass', detail: `${what}; it answered after ${inSeconds(took)}` };
}

const skipped = (title: string, detail: string): CheckResult => ({ title, status: 'skip', detail });
const inSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
