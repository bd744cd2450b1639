import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { BuildEvent } from '../../src/build/monitor.ts';
import { StepFailed } from '../../src/build/local/failures.ts';
import { fakeBake, fromImage, layerStates, mark, remains, sandbox } from './support.ts';
import type { FakeStep, Sandbox } from './support.ts';

/** Fails until the tree's second visit: the mark of the first is what an unfinished layer kept. */
const stumbles: FakeStep = {
  id: 'stumbles',
  layer: 'runtime',
  script:
    'echo to stdout; echo to stderr >&2; if [ ! -e /visited ]; then touch /visited; false; exit 7; fi; touch /stumbles',
};
const breaks: FakeStep = { id: 'stumbles', layer: 'runtime', script: 'echo broken; exit 7' };
const one = mark('system', 'one');
const two = mark('runtime', 'two');
const four = mark('runtime', 'four');

describe('after a failed step', () => {
  let box: Sandbox;
  beforeEach(async () => {
    box = await sandbox();
  });
  afterEach(() => box.remove());
  const partials = () => readdir(join(box.cacheDir, 'partial'));
  const image = () => join(box.out('worker'), 'worker.tar');

  async function failing(steps: readonly FakeStep[]): Promise<{ error: StepFailed; events: BuildEvent[] }> {
    const events: BuildEvent[] = [];
    const error = await fakeBake(box, { steps, onEvent: (event) => events.push(event) }).then(
      () => assert.fail('it succeeded'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof StepFailed, String(error));
    assert.deepEqual(await remains(box), []);
    return { error, events };
  }

  test('the error names the step, its line in the profile, its output and code', async () => {
    const { error, events } = await failing([one, two, breaks, four]);
    const { stepId, title, origin, output, exitCode } = error;
    assert.deepEqual(
      { stepId, title, origin, output, exitCode },
      {
        stepId: 'stumbles',
        title: 'do stumbles',
        origin: { file: 'worker.yaml', line: 3, column: 3 },
        output: ['broken'],
        exitCode: 7,
      },
    );
    assert.match(error.message, /do stumbles \(worker\.yaml:3:3\)/);
    assert.ok(!events.some((event) => event.event === 'step-start' && event.stepId === 'four'));
  });

  test('the next bake goes on with the unfinished layer', async () => {
    const { error } = await failing([one, two, stumbles, four]);
    assert.deepEqual(error.output, ['to stdout', 'to stderr']);
    assert.equal((await partials()).length, 1);
    const { result, events } = await fakeBake(box, { steps: [one, two, stumbles, four] });
    assert.equal(layerStates(events), 'base:reused system:reused runtime:resumed runtime:done');
    assert.equal(await fromImage(image(), '/log'), 'one\ntwo\nfour');
    assert.equal(await fromImage(image(), '/stumbles'), '');
    assert.equal(result.steps.length, 4);
    assert.deepEqual(await partials(), []);
  });

  test('it goes on as well when only later steps have changed', async () => {
    await failing([one, two, stumbles, four]);
    const { events } = await fakeBake(box, { steps: [one, two, stumbles, mark('runtime', 'five')] });
    assert.match(layerStates(events), /runtime:resumed runtime:done$/);
    assert.equal(await fromImage(image(), '/log'), 'one\ntwo\nfive');
  });

  test('it starts anew when an earlier step, or the failed one, has changed', async () => {
    for (const steps of [
      [one, mark('runtime', 'other'), mark('runtime', 'stumbles'), four],
      [one, two, mark('runtime', 'mended'), four],
    ]) {
      await failing([one, two, stumbles, four]);
      const { events } = await fakeBake(box, { steps });
      assert.match(layerStates(events), /runtime:building runtime:done$/);
      assert.equal(await fromImage(image(), '/visited'), undefined);
      const { run } = await import('../../src/adapters/process.ts');
      await run('rm', ['-rf', box.cacheDir]);
    }
  });

  test('it starts anew when what an earlier step does has changed, though not what is wanted of it', async () => {
    await failing([one, two, stumbles, four]);
    const { events } = await fakeBake(box, {
      steps: [one, two, mark('runtime', 'stumbles'), four],
      stepShell: ({ id }) => (id === 'two' ? 'otherwise' : ''),
    });
    assert.match(layerStates(events), /runtime:building runtime:done$/);
  });

  test('it starts anew when the unfinished tree is damaged', async () => {
    await failing([one, two, stumbles, four]);
    const [partial = ''] = await partials();
    const { run } = await import('../../src/adapters/process.ts');
    await run('rm', [join(box.cacheDir, 'partial', partial, 'tree/two')]);
    await failing([one, two, stumbles, four]);
    const { events } = await fakeBake(box, { steps: [one, two, stumbles, four] });
    assert.match(layerStates(events), /runtime:resumed/);
  });

  test('the layers under it are not made again', async () => {
    const { events } = await failing([one, two, breaks]);
    assert.match(layerStates(events), /system:done runtime:building$/);
    const again = await failing([one, two, breaks]);
    assert.equal(layerStates(again.events), 'base:reused system:reused runtime:resumed');
  });
});

test('a script that ends well without having gone through its steps is our bug, and says so', async () => {
  const box = await sandbox();
  try {
    const request = { provision: '#!/bin/bash\nexit 0\n' };
    await assert.rejects(fakeBake(box, { steps: [one], request }), /ended steps \[\], not \[one\]/);
  } finally {
    await box.remove();
  }
});

test('a script that fails outside of any step is a failed tool', async () => {
  const box = await sandbox();
  try {
    const request = { provision: '#!/bin/bash\necho whoops\nexit 4\n' };
    await assert.rejects(fakeBake(box, { steps: [one], request }), {
      name: 'ToolFailure',
      exitCode: 4,
      output: 'whoops',
    });
    assert.deepEqual(await readdir(join(box.cacheDir, 'partial')), []);
  } finally {
    await box.remove();
  }
});
