import assert from 'node:assert/strict';
import { rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { identify } from '../../src/build/local/identity.ts';
import { intactFiles } from '../../src/build/local/produced.ts';
import { fakeBake, fakePlan, FOUR_LAYERS, mark, sandbox } from './support.ts';
import type { Sandbox } from './support.ts';

describe('what of a build is untouched', () => {
  let box: Sandbox;
  let buildId: string;
  const manifest = () => join(box.out('worker'), 'manifest.json');
  const image = () => join(box.out('worker'), 'worker.tar');
  const bake = async () => {
    const { result } = await fakeBake(box, { steps: FOUR_LAYERS });
    await writeFile(manifest(), JSON.stringify(result));
    buildId = result.buildId;
  };
  before(async () => {
    box = await sandbox();
    await bake();
  });
  after(() => box.remove());
  const intact = async (out = 'worker', id = buildId) =>
    (await intactFiles(box.out(out), id)).map(({ name }) => name);

  test('all of it, in milliseconds and without a byte written', async () => {
    const before = await stat(box.out('worker'));
    const started = performance.now();
    assert.deepEqual(await intact(), ['worker.tar']);
    const took = performance.now() - started;
    assert.ok(took < 200, `${took} ms`);
    assert.deepEqual((await stat(box.out('worker'))).mtimeMs, before.mtimeMs);
  });

  test('nothing of another build, and no file that has changed', async () => {
    assert.deepEqual(await intact('worker', `${buildId}x`), []);
    assert.deepEqual(await intact('nowhere'), []);
    const { atime, mtime } = await stat(image());
    await utimes(image(), atime, new Date(mtime.getTime() + 1000));
    assert.deepEqual(await intact(), []);
    await bake();
    assert.deepEqual(await intact(), ['worker.tar']);
    await rm(image());
    assert.deepEqual(await intact(), []);
    await bake();
    await writeFile(manifest(), '{"buildId":');
    assert.deepEqual(await intact(), []);
  });
});

describe('the name of a build', () => {
  const inputs = {
    plan: fakePlan(FOUR_LAYERS),
    stepShell: ({ id }: { id: string }) => `do ${id}`,
    layerInputs: () => 'r',
    extraFiles: [],
    diskFormat: '1',
  };
  const ids = (change: Partial<Parameters<typeof identify>[0]> = {}) => identify({ ...inputs, ...change });
  const sameLayers = (change: Parameters<typeof ids>[0]) => {
    const [one, other] = [ids().layers, ids(change).layers];
    return one.filter((layer, index) => layer.id === other[index]?.id).map((layer) => layer.name);
  };

  test('is the same for the same inputs, whatever the order of keys', () => {
    const plan = Object.fromEntries(
      Object.entries(inputs.plan).toReversed(),
    ) as unknown as typeof inputs.plan;
    const base = { sha256: '0'.repeat(64), location: 'tiny', from: 'cloud-image' } as const;
    assert.deepEqual(ids({ plan: { ...plan, image: { ...plan.image, base } } }), ids());
  });

  test('changes with each input, and so do the layers that it reaches', () => {
    const base = { from: 'cloud-image', location: 'other', sha256: '1'.repeat(64) } as const;
    const bumped = FOUR_LAYERS.map((step) =>
      step.id === 'kubelet-1' ? mark('kubernetes', 'kubelet-2') : step,
    );
    const below = ['base', 'system', 'runtime'];
    const everything = [...below, 'kubernetes', 'profile'];
    const cases: [Parameters<typeof ids>[0], string[]][] = [
      [{ plan: { ...inputs.plan, hash: 'other' } }, everything],
      [{ diskFormat: '2' }, everything],
      [{ extraFiles: [{ path: '/x', mode: '0644', text: '' }] }, everything],
      [{ plan: fakePlan(bumped) }, below],
      [{ stepShell: ({ id }) => (id === 'kubelet-1' ? 'do it better' : `do ${id}`) }, below],
      [{ layerInputs: (layer) => (layer === 'runtime' ? 'changed' : 'r') }, ['base', 'system']],
      [{ plan: { ...inputs.plan, image: { ...inputs.plan.image, base } } }, []],
      [{ plan: { ...inputs.plan, arch: 'arm64' } }, []],
    ];
    for (const [change, shared] of cases) {
      assert.deepEqual(sameLayers(change), shared);
      const hasNewId = ids(change).buildId !== ids().buildId;
      // A plan's hash stands for all that the plan says; here it is not computed.
      assert.ok(hasNewId, JSON.stringify(change));
    }
  });
});
