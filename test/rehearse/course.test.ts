import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RehearsalEvent } from '../../src/rehearse/events.ts';
import { rehearse, type Rehearsal } from '../../src/rehearse/rehearse.ts';
import { renderTimeline } from '../../src/rehearse/timeline.ts';
import { CLUSTER, FakeEngine, JumpingClock, type Faults } from './fake-engine.ts';

interface Run {
  readonly report: Rehearsal;
  readonly engine: FakeEngine;
  readonly events: readonly RehearsalEvent[];
}

async function run(
  faults: Faults = {},
  options: { readonly chaos?: number; readonly limitMs?: number } = {},
  cluster = CLUSTER,
): Promise<Run> {
  const clock = new JumpingClock();
  const engine = new FakeEngine(clock, faults);
  const events: RehearsalEvent[] = [];
  const { signal } = new AbortController();
  const monitor = (event: RehearsalEvent): void => void events.push(event);
  const report = await rehearse(
    engine,
    cluster,
    { limitMs: 600_000, ...options },
    { clock, monitor, signal },
  );
  return { report, engine, events };
}

const MACHINES = CLUSTER.machines.map(({ name }) => name);

const statusOf = ({ report }: Run, title: string): string | undefined =>
  report.checks.find((check) => check.title.startsWith(title))?.status;

describe('the course of a rehearsal', () => {
  it('powers all machines on together, waits, checks, and closes the engine', async () => {
    const { report, engine } = await run();
    assert.equal(report.ok, true, JSON.stringify(report.checks));
    // The slowest has 5 states of 3 s after 8 s; it is looked at every half second.
    assert.ok(
      report.readyMs !== undefined && report.readyMs >= 23_000 && report.readyMs <= 23_500,
      String(report.readyMs),
    );
    assert.deepEqual(engine.deeds, [
      'start ha1',
      'start ha2',
      'start cp1',
      'start cp2',
      'start cp3',
      'start w1',
      ...MACHINES.map((name) => `search ${name}`),
    ]);
    assert.equal(engine.closed, 1);
  });

  it('searches machines one after another, and not before the cluster has settled', async () => {
    const { report, engine } = await run({ unsettled: 3 });
    assert.equal(report.ok, true, JSON.stringify(report.checks));
    assert.deepEqual(
      engine.deeds.filter((deed) => deed.startsWith('search')),
      MACHINES.map((name) => `search ${name}`),
    );
    const never = await run({ unsettled: Infinity });
    assert.equal(never.report.ok, false);
    assert.equal(statusOf(never, 'no secret is left'), 'skip');
  });

  it('finds a secret that was left', async () => {
    for (const [machine, file, status] of [
      ['w1', '/root/notes', 'fail'],
      ['cp2', '/etc/kubernetes/bootstrap-kubelet.conf', 'fail'],
      ['cp2', '/var/lib/etcd/member/wal/0.wal', 'pass'],
      ['w1', '/var/lib/etcd/member/wal/0.wal', 'fail'],
    ] as const) {
      const { report } = await run({ leftover: { machine, file } }, { limitMs: 60_000 });
      const check = report.checks.find(({ title }) => title.startsWith('no secret is left'));
      assert.equal(check?.status, status, `${machine} ${file}`);
      if (status === 'fail') assert.equal(check.detail, `${machine} has the bootstrap token in ${file}`);
    }
  });

  it('tells who was in which state from when to when, by the machines’ own clocks', async () => {
    const { report } = await run();
    const spans = report.spans.filter(({ machine }) => machine === 'cp1');
    assert.deepEqual(
      spans.map(({ state, from, to }) => [state, from, to]),
      [
        ['starting', 0, 8000],
        ['prepare', 8000, 11_000],
        ['decide', 11_000, 14_000],
        ['init', 14_000, 17_000],
        ['addons', 17_000, 20_000],
        ['scrub', 20_000, 23_000],
        ['ready', 23_000, undefined],
      ],
    );
    assert.match(renderTimeline(report.spans), /^cp1 +starting +0\.0 +8\.0 +8\.0\n +prepare +8\.0/m);
  });

  it('tells of a machine that went off by itself, and waits no longer', async () => {
    const { report, events } = await run({ fallen: 'w1' });
    const [ready] = report.checks;
    assert.equal(ready?.status, 'fail');
    assert.match(
      ready.detail ?? '',
      /w1 is in off \(its container ended with exit code 255 \| Too many open files\)/,
    );
    const end = events.find(({ event }) => event === 'check');
    assert.ok(end && 'ms' in end && end.ms < 10_000, JSON.stringify(end));
  });

  it('says which machine is not ready when the time is over, and why', async () => {
    const result = await run({ stuck: { machine: 'w1', state: 'join' } }, { limitMs: 60_000 });
    assert.equal(result.report.ok, false);
    assert.equal(result.report.readyMs, undefined);
    const [check] = result.report.checks;
    assert.equal(check?.detail, 'w1 is in join (gave up: join: it never works)');
    assert.equal(result.engine.closed, 1);
  });

  it('says what it can’t look at, and that there are stand-ins', async () => {
    const result = await run({}, {}, { ...CLUSTER, etcd: 'external' });
    assert.equal(statusOf(result, 'etcd has a member'), 'skip');
    assert.equal(result.events[0]?.event === 'begin' && result.events[0].standIn, true);
  });

  it('sees masters of two clusters', async () => {
    const result = await run({ twoClusters: true }, { limitMs: 60_000 });
    assert.equal(statusOf(result, 'all masters serve the same'), 'fail');
    assert.equal(result.report.ok, false);
  });

  it('closes the engine when it is interrupted', async () => {
    const clock = new JumpingClock();
    const engine = new FakeEngine(clock);
    const stop = new AbortController();
    const monitor = (event: RehearsalEvent): void => {
      if (event.event === 'state' && event.state === 'join') stop.abort(new Error('Ctrl-C'));
    };
    const tools = { clock, monitor, signal: stop.signal };
    await assert.rejects(rehearse(engine, CLUSTER, { limitMs: 600_000 }, tools), /Ctrl-C/);
    assert.equal(engine.closed, 1);
  });

  it('lets somebody look around before everything is gone', async () => {
    const clock = new JumpingClock();
    const engine = new FakeEngine(clock);
    const { signal } = new AbortController();
    let seen: readonly [number, boolean] | undefined;
    const afterwards = (report: Rehearsal): Promise<void> => {
      seen = [engine.closed, report.ok];
      return Promise.resolve();
    };
    await rehearse(
      engine,
      CLUSTER,
      { limitMs: 600_000, afterwards },
      { clock, monitor: () => undefined, signal },
    );
    assert.deepEqual(seen, [0, true]);
  });
});

describe('chaos', () => {
  it('cuts power in every state that it sees, pulls a cable, and then kills in order', async () => {
    const { report, engine } = await run({}, { chaos: 7 });
    assert.equal(report.ok, true, JSON.stringify(report.checks.filter(({ status }) => status === 'fail')));
    const hit = report.checks.find(({ title }) => title.startsWith('machines that lost'))?.detail ?? '';
    for (const state of ['starting', 'prepare', 'decide', 'init', 'join', 'balance', 'scrub'])
      assert.match(hit, new RegExp(state));
    assert.ok(engine.deeds.some((deed) => deed.startsWith('unplug')));
    assert.deepEqual(
      engine.deeds.filter((deed) => deed.startsWith('unplug')).map((deed) => deed.slice(2)),
      engine.deeds.filter((deed) => deed.startsWith('plug')),
      'a cable that was pulled is put back',
    );
    const rebuilt = engine.deeds.lastIndexOf('rebuild cp1');
    assert.deepEqual(engine.deeds.slice(rebuilt - 3, rebuilt + 2), [
      'cut cp1',
      'cut ha1',
      'start ha1',
      'rebuild cp1',
      'start cp1',
    ]);
  });

  it('hears of states that are over before anybody looks', async () => {
    const { report } = await run({ brief: 'decide' }, { chaos: 7 });
    assert.equal(report.ok, true, JSON.stringify(report.checks.filter(({ status }) => status === 'fail')));
    const hit = report.checks.find(({ title }) => title.startsWith('machines that lost'))?.detail ?? '';
    assert.match(hit, /master: decide/);
  });

  it('takes a machine for ready that lost its power before its timeline said so', async () => {
    for (const chaos of [undefined, 7]) {
      const { report } = await run({ unwritten: 'w1' }, chaos === undefined ? {} : { chaos });
      assert.equal(report.ok, true, JSON.stringify(report.checks.filter(({ status }) => status === 'fail')));
    }
  });

  it('does the same for the same seed, and something else for another', async () => {
    const [first, second, other] = await Promise.all([
      run({}, { chaos: 7 }),
      run({}, { chaos: 7 }),
      run({}, { chaos: 8 }),
    ]);
    assert.deepEqual(first.engine.deeds, second.engine.deeds);
    assert.notDeepEqual(first.engine.deeds, other.engine.deeds);
    assert.equal(first.report.seed, 7);
  });

  it('fails when the API is away for more than 30 s', async () => {
    const result = await run({ failoverMs: 45_000 }, { chaos: 1 });
    assert.equal(statusOf(result, 'the API answers after'), 'fail');
    assert.equal(result.report.ok, false);
  });

  it('takes no lucky answer for an API that is back', async () => {
    const gone = await run({ failoverMs: 480_000, luckyMs: 1000 }, { chaos: 1 });
    assert.equal(statusOf(gone, 'the API answers after'), 'fail');
    const back = await run({ failoverMs: 9000, luckyMs: 1000 }, { chaos: 1 });
    const check = back.report.checks.find(({ title }) => title.startsWith('the API answers after'));
    assert.match(check?.detail ?? '', /it answered after 9\.\d s/);
    assert.equal(check?.status, 'pass');
  });

  it('fails when a master that is built anew starts a second cluster', async () => {
    const result = await run({ startsAgain: true }, { chaos: 1 });
    assert.equal(statusOf(result, 'a master that is built anew'), 'fail');
  });
});
