import assert from 'node:assert/strict';
import { chmod, chown, readdir, rm, stat, truncate, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ToolFailure } from '../../src/adapters/process.ts';
import type { BakeResult } from '../../src/build/local/bake.ts';
import { treeOf } from '../../src/build/local/store.ts';
import {
  fakeBake,
  FOUR_LAYERS,
  fromImage,
  layerStates,
  mark,
  remains,
  runExcept,
  sandbox,
} from './support.ts';
import type { Sandbox } from './support.ts';

const ALL = ['base', 'system', 'runtime', 'kubernetes', 'profile'];
const all = (state: string): string => ALL.map((layer) => `${layer}:${state}`).join(' ');
const made = (...layers: string[]): string =>
  layers.map((layer) => `${layer}:building ${layer}:done`).join(' ');

/** Overlayfs as on a file system that it can't write to. */
const noOverlay = runExcept((_command, args) =>
  args.includes('overlay')
    ? Promise.reject(new ToolFailure('mount', 'no', 32, 'wrong fs type', false))
    : undefined,
);

for (const [form, options] of [
  ['overlay', {}],
  ['copy', { host: { run: noOverlay } }],
] as const) {
  describe(`layers by ${form}`, () => {
    let box: Sandbox;
    before(async () => {
      box = await sandbox();
    });
    after(() => box.remove());
    const image = () => join(box.out('worker'), 'worker.tar');

    test('a first bake makes every layer, in order, and the image holds them all', async () => {
      const { result, events } = await fakeBake(box, { steps: FOUR_LAYERS, ...options });
      assert.equal(layerStates(events), made(...ALL));
      assert.equal(await fromImage(image(), '/log'), 'swap\nsysctl\ncontainerd\nkubelet-1\nuser');
      assert.equal(await fromImage(image(), '/etc/bake/extra file'), "it's $HOME");
      assert.ok(result.layers.every((layer) => layer.stacking === form));
      assert.deepEqual(
        result.steps,
        FOUR_LAYERS.map((step) => ({ stepId: step.id, ms: 7 })),
      );
      assert.deepEqual(result.packages, [{ name: 'bash', version: '5.2', arch: 'amd64' }]);
      assert.deepEqual(await remains(box), []);
    });

    test('steps are numbered through the whole build and name their origin', async () => {
      const { events } = await fakeBake(box, { steps: FOUR_LAYERS, request: { fresh: true }, ...options });
      const starts = events.filter((event) => event.event === 'step-start');
      assert.deepEqual(
        starts.map(({ n, of, title }) => `${n}/${of} ${title}`),
        [
          '1/7 base system: tiny',
          '2/7 do swap',
          '3/7 do sysctl',
          '4/7 do containerd',
          '5/7 do kubelet-1',
          '6/7 do user',
          '7/7 disk image',
        ],
      );
      assert.deepEqual(starts[2]?.origin, { file: 'worker.yaml', line: 2, column: 3 });
      assert.equal(events.filter((event) => event.event === 'step-end').length, 7);
      assert.deepEqual(events.at(-1)?.event, 'build-end');
    });

    test('a second bake reuses every layer and gives the same steps', async () => {
      const { result, events } = await fakeBake(box, { steps: FOUR_LAYERS, ...options });
      assert.equal(layerStates(events), all('reused'));
      assert.equal(result.steps.length, 5);
    });

    test('a Kubernetes bump redoes Kubernetes and what follows', async () => {
      const steps = FOUR_LAYERS.map((step) =>
        step.id === 'kubelet-1' ? mark('kubernetes', 'kubelet-2') : step,
      );
      const { events } = await fakeBake(box, { steps, ...options });
      assert.equal(
        layerStates(events),
        `base:reused system:reused runtime:reused ${made('kubernetes', 'profile')}`,
      );
      assert.equal(await fromImage(image(), '/log'), 'swap\nsysctl\ncontainerd\nkubelet-2\nuser');
    });

    test('another role shares the layers that it has in common', async () => {
      const steps = [...FOUR_LAYERS.slice(0, 4), mark('profile', 'master')];
      const { events } = await fakeBake(box, { steps, profile: 'master', out: 'master', ...options });
      assert.equal(
        layerStates(events),
        `base:reused system:reused runtime:reused kubernetes:reused ${made('profile')}`,
      );
    });

    test('a step can remove what a lower layer made', async () => {
      const steps = [
        ...FOUR_LAYERS,
        { id: 'seal', layer: 'profile', script: 'rm /log; rm -rf /etc; mkdir /etc' } as const,
      ];
      await fakeBake(box, { steps, request: { extraFiles: [] }, ...options });
      assert.equal(await fromImage(image(), '/log'), undefined);
      assert.equal(await fromImage(image(), '/swap'), '');
    });

    test('the disk step may write to the tree without touching a layer', async () => {
      await fakeBake(box, {
        steps: FOUR_LAYERS,
        ...options,
        finishDisk: async ({ tree, run, signal }) => {
          await run('rm', [join(tree, 'log')], { signal });
          return [];
        },
      });
      const { events } = await fakeBake(box, { steps: FOUR_LAYERS, ...options });
      assert.equal(layerStates(events), all('reused'));
      assert.ok(await fromImage(image(), '/log'));
    });
  });
}

test('layers of another form are made again', async () => {
  const box = await sandbox();
  try {
    const steps = FOUR_LAYERS.slice(0, 1);
    await fakeBake(box, { steps, host: { run: noOverlay } });
    const { events } = await fakeBake(box, { steps });
    assert.equal(layerStates(events), made('base', 'system'));
  } finally {
    await box.remove();
  }
});

describe('damage', () => {
  let box: Sandbox;
  let baked: BakeResult;
  before(async () => {
    box = await sandbox();
    baked = (await fakeBake(box, { steps: FOUR_LAYERS })).result;
  });
  after(() => box.remove());

  const damages: Record<string, (file: string) => Promise<void>> = {
    'a missing file': (file) => rm(file),
    'a truncated file': (file) => truncate(file, 1),
    'a changed mode': (file) => chmod(file, 0o600),
    'a changed owner': (file) => chown(file, 1, 1),
    'a changed time': (file) => utimes(file, 1, 1),
    'an added file': async (file) => {
      const { run } = await import('../../src/adapters/process.ts');
      await run('touch', [`${file}.new`]);
    },
    'a missing tree': (file) => rm(join(file, '..'), { recursive: true }),
    'a missing description': (file) => rm(join(file, '..', '..', 'meta.json')),
    'a garbled description': (file) => truncate(join(file, '..', '..', 'meta.json'), 9),
  };
  for (const [what, damage] of Object.entries(damages)) {
    test(`${what} is noticed, reported and mended, with all that was made on it`, async () => {
      const runtime = baked.layers[2];
      assert.equal(runtime?.name, 'runtime');
      await damage(join(box.cacheDir, treeOf(runtime.id), 'log'));
      const { events } = await fakeBake(box, { steps: FOUR_LAYERS });
      assert.equal(
        layerStates(events),
        `base:reused system:reused runtime:damaged ${made('runtime', 'kubernetes', 'profile')}`,
      );
      const again = await fakeBake(box, { steps: FOUR_LAYERS });
      assert.equal(layerStates(again.events), all('reused'));
      assert.deepEqual(await readdir(join(box.cacheDir, 'work')), []);
      assert.ok(await stat(join(box.cacheDir, treeOf(runtime.id), 'log')));
    });
  }
});
