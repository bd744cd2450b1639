import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Interrupted } from '../../src/build/local/failures.ts';
import type { ProcessBake } from './bake-process.ts';
import { fakeBake, fromImage, layerStates, mark, remains, sandbox, slowDisk } from './support.ts';
import type { FakeStep, Sandbox } from './support.ts';

/** Steps that take a while and leave processes behind that don't want to go. */
const slow = (layer: FakeStep['layer'], id: string): FakeStep => {
  const { script } = mark(layer, id);
  return { id, layer, script: `(trap "" TERM INT HUP; exec sleep 30) &\nsleep 0.12\n${script}` };
};
const STEPS = [slow('system', 'a'), slow('runtime', 'b'), slow('kubernetes', 'c'), slow('profile', 'd')];
const LOG = 'a\nb\nc\nd';
const BAKE: ProcessBake = { steps: STEPS, out: 'worker', fresh: true, diskSeconds: 0.2 };

interface Started {
  readonly child: ChildProcess;
  readonly lines: string[];
  /** Resolves once so many lines have been printed. */
  readonly printed: (count: number) => Promise<void>;
}

function start(box: Sandbox, bake: ProcessBake): Started {
  const program = join(import.meta.dirname, 'bake-process.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', program, box.folder, JSON.stringify(bake)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));
  const printed = async (count: number): Promise<void> => {
    while (lines.length < count) await once(reader, 'line');
  };
  return { child, lines, printed };
}

/** Waits until a bake has printed a line like this. */
async function said({ child, lines }: Started, like: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    for (const line of lines) {
      const found = like.exec(line);
      if (found) return found;
    }
    assert.equal(
      child.exitCode ?? child.signalCode,
      null,
      `ended without ${like.source}: ${lines.join(' ')}`,
    );
    await sleep(10);
  }
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

/** Twelve moments spread over a bake: after which of its `events`, and how many milliseconds later. */
const moments = (events: number): { after: number; ms: number }[] =>
  Array.from({ length: 12 }, (_, i) => ({
    after: 1 + Math.floor((i * (events - 3)) / 11),
    ms: Math.floor(Math.random() * 100),
  }));

describe('an interrupted bake leaves nothing behind, and the next one works', { timeout: 300_000 }, () => {
  let box: Sandbox;
  /** How many events a whole bake has. The last two: the disk step's end, the build's end. */
  let events: number;
  before(async () => {
    box = await sandbox();
    const whole = await fakeBake(box, { steps: STEPS, request: { fresh: true }, finishDisk: slowDisk(0.2) });
    events = whole.events.length;
  });
  after(() => box.remove());
  const image = () => join(box.out('worker'), 'worker.tar');

  test('called off at twelve random moments', async (t) => {
    for (const { after, ms } of moments(events)) {
      const when = `${ms} ms after event ${after} of ${events}`;
      const stop = new AbortController();
      let seen = 0;
      let stopped = 0;
      const bake = fakeBake(box, {
        steps: STEPS,
        request: { fresh: true },
        signal: stop.signal,
        finishDisk: slowDisk(0.2),
        onEvent: () => {
          seen += 1;
          if (seen !== after) return;
          setTimeout(() => {
            stopped = Date.now();
            stop.abort();
          }, ms);
        },
      });
      await assert.rejects(bake, Interrupted, when);
      t.diagnostic(`called off ${when}: ${Date.now() - stopped} ms to clean up`);
      assert.deepEqual(await remains(box), [], when);
      assert.equal(await fromImage(image(), '/log'), LOG, 'the image of before is still there');
    }
    assert.deepEqual(await readdir(join(box.cacheDir, 'partial')), []);
    const states = layerStates((await fakeBake(box, { steps: STEPS })).events);
    assert.ok(!states.includes('damaged'), states);
    assert.equal(await fromImage(image(), '/log'), LOG);
  });

  test('already called off before it starts', async () => {
    await assert.rejects(fakeBake(box, { steps: STEPS, signal: AbortSignal.abort() }), Interrupted);
    assert.deepEqual(await remains(box), []);
  });

  test('killed with SIGKILL at twelve random moments', async (t) => {
    for (const { after, ms } of moments(events)) {
      const { child, printed } = start(box, BAKE);
      await printed(after);
      await sleep(ms);
      child.kill('SIGKILL');
      await ended(child);
      assert.equal(child.signalCode, 'SIGKILL', `still going ${ms} ms after event ${after}`);
      const gone = await nothingRemains(box, `killed ${ms} ms after event ${after}`);
      t.diagnostic(`killed ${ms} ms after event ${after} of ${events}: all gone after ${gone} ms`);
      assert.equal(await fromImage(image(), '/log'), LOG);
    }
    const states = layerStates((await fakeBake(box, { steps: STEPS })).events);
    assert.ok(!states.includes('damaged'), states);
    assert.equal(await fromImage(image(), '/log'), LOG);
    assert.deepEqual(await remains(box), []);
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`${signal} to the process`, async () => {
      const { child, printed } = start(box, BAKE);
      await printed(Math.floor(events / 2));
      child.kill(signal);
      assert.equal(await ended(child), 9);
      assert.deepEqual(await remains(box), []);
    });
  }
});

/** The kernel needs a moment to end everything. Work folders are left to the next bake. Returns milliseconds. */
async function nothingRemains(box: Sandbox, when: string): Promise<number> {
  const started = Date.now();
  for (;;) {
    const found = await remains(box, { workToo: false });
    const waited = Date.now() - started;
    if (found.length === 0) return waited;
    if (waited > 5000) assert.deepEqual(found, [], when);
    await sleep(20);
  }
}

describe('two bakes at once', { timeout: 120_000 }, () => {
  let box: Sandbox;
  before(async () => {
    box = await sandbox();
  });
  after(() => box.remove());

  test('of two roles: what they share is made once', async () => {
    const roles = ['master', 'worker'].map((role) =>
      start(box, { ...BAKE, fresh: false, out: role, steps: [...STEPS.slice(0, 3), slow('profile', role)] }),
    );
    assert.deepEqual(await Promise.all(roles.map(({ child }) => ended(child))), [0, 0]);
    const lines = roles.flatMap((role) => role.lines);
    for (const layer of ['base', 'system', 'runtime', 'kubernetes']) {
      assert.equal(
        lines.filter((line) => line === `${layer}:building`).length,
        1,
        `${layer} in ${lines.join(' ')}`,
      );
    }
    assert.equal(lines.filter((line) => line === 'profile:building').length, 2);
    assert.ok(lines.some((line) => line.startsWith('waiting for another bake')));
    for (const role of ['master', 'worker']) {
      assert.equal(await fromImage(join(box.out(role), 'worker.tar'), '/log'), `a\nb\nc\n${role}`);
    }
    assert.deepEqual(await remains(box), []);
  });

  test('of the same role to two folders, one killed: the other takes over', async () => {
    const steps = STEPS.map((step) => ({ ...step, id: `${step.id}2` }));
    const first = start(box, { ...BAKE, fresh: false, out: 'one', steps });
    await said(first, /^runtime:building$/);
    // Stopped, so that it has got no further by the time that the other comes to it.
    first.child.kill('SIGSTOP');
    const second = start(box, { ...BAKE, fresh: false, out: 'two', steps });
    const [, layer] = await said(second, /layer "(\w+)"/);
    first.child.kill('SIGKILL');
    assert.equal(await ended(second.child), 0);
    assert.match(
      second.lines.join(' '),
      new RegExp(`system:reused .*hand ${layer}:building .*${layer}:done`),
    );
    assert.deepEqual(
      (await remains(box)).filter((what) => !what.startsWith('work ')),
      [],
    );
  });

  test('to the same folder: the second is refused', async () => {
    const first = start(box, { ...BAKE, out: 'busy', diskSeconds: 1 });
    await said(first, /^base:building$/);
    await assert.rejects(fakeBake(box, { steps: STEPS, out: 'busy' }), {
      name: 'OutputBusy',
      outDir: box.out('busy'),
    });
    assert.equal(await ended(first.child), 0);
    await fakeBake(box, { steps: STEPS, out: 'busy' });
    assert.deepEqual(await remains(box), []);
  });
});
