import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { run } from '../../src/adapters/process.ts';
import { listCache, parseLimit, pruneCache, verifyCache } from '../../src/build/local/cache.ts';
import { treeOf } from '../../src/build/local/store.ts';
import { tryLock } from '../../src/build/local/lock.ts';
import { fakeBake, FOUR_LAYERS, host, layerStates, mark, sandbox } from './support.ts';
import type { Sandbox } from './support.ts';

test('sizes are read as people write them', () => {
  assert.equal(parseLimit('10GiB'), 10 * 2 ** 30);
  assert.equal(parseLimit(' 1.5 MiB '), 1.5 * 2 ** 20);
  assert.equal(parseLimit('0'), 0);
  for (const wrong of ['', '10GB', '-1GiB', '1.5', 'GiB', '1e9', '10 GiB!'])
    assert.equal(parseLimit(wrong), undefined, wrong);
});

describe('the cache', () => {
  let box: Sandbox;
  let clock = 1_700_000_000_000;
  const now = (): number => (clock += 1000);
  const bake = (steps = FOUR_LAYERS, cacheLimitBytes = 2 ** 40) =>
    fakeBake(box, { steps, host: { now }, request: { cacheLimitBytes } });
  const kept = async () => (await listCache(host, box.cacheDir)).map((entry) => entry.name);
  beforeEach(async () => {
    box = await sandbox();
  });
  afterEach(() => box.remove());

  test('that is not there is empty', async () => {
    assert.deepEqual(await listCache(host, box.cacheDir), []);
    assert.deepEqual(await pruneCache(host, box.cacheDir, 0), []);
    assert.deepEqual(await verifyCache(host, box.cacheDir), []);
  });

  test('lists layers by their last use, and unfinished work', async () => {
    await bake();
    await assert.rejects(
      bake([...FOUR_LAYERS.slice(0, 4), { id: 'bad', layer: 'profile', script: 'false' }]),
    );
    const entries = await listCache(host, box.cacheDir);
    assert.deepEqual(
      entries.map(({ kind, name }) => `${kind} ${name}`),
      ['layer profile', 'layer base', 'layer system', 'layer runtime', 'layer kubernetes', 'partial profile'],
    );
    assert.ok(entries.every((entry) => entry.bytes > 0 && entry.created > 1_700_000_000_000));
  });

  test('is pruned from the top, the least recently used first, and stays usable', async () => {
    await bake();
    await bake([...FOUR_LAYERS.slice(0, 3), mark('kubernetes', 'kubelet-2')]);
    const total = (await listCache(host, box.cacheDir)).reduce((sum, entry) => sum + entry.bytes, 0);
    const removed = await pruneCache(host, box.cacheDir, total - 1);
    assert.deepEqual(
      removed.map(({ name }) => name),
      ['profile'],
    );
    assert.deepEqual(
      (await pruneCache(host, box.cacheDir, total - (removed[0]?.bytes ?? 0) - 1)).map(({ name }) => name),
      ['kubernetes'],
    );
    assert.deepEqual(await kept(), ['base', 'system', 'runtime', 'kubernetes']);
    const { events } = await bake([...FOUR_LAYERS.slice(0, 3), mark('kubernetes', 'kubelet-2')]);
    assert.equal(layerStates(events), 'base:reused system:reused runtime:reused kubernetes:reused');
  });

  test('can be emptied whole', async () => {
    await bake();
    assert.equal((await pruneCache(host, box.cacheDir, 0)).length, 5);
    for (const folder of ['layers', 'partial', 'work'])
      assert.deepEqual(await readdir(join(box.cacheDir, folder)), []);
    await bake();
  });

  test('a bake keeps it within bounds, but keeps what it has just used', async () => {
    await bake();
    const steps = [...FOUR_LAYERS.slice(0, 1), mark('runtime', 'docker')];
    const { events } = await bake(steps, 1);
    assert.equal(
      events.filter((event) => event.event === 'note' && event.message.startsWith('removed from the cache'))
        .length,
      4,
    );
    assert.deepEqual((await kept()).toSorted(), ['base', 'runtime', 'system']);
    assert.equal(layerStates((await bake(steps)).events), 'base:reused system:reused runtime:reused');
  });

  test('two that prune at once do not disturb each other, nor what an earlier one has left behind', async () => {
    await bake();
    await assert.rejects(
      bake([...FOUR_LAYERS.slice(0, 4), { id: 'bad', layer: 'profile', script: 'false' }]),
    );
    for (const { id } of await listCache(host, box.cacheDir))
      await mkdir(join(box.cacheDir, 'work', `removed-${id}`, 'tree'), { recursive: true });
    const both = await Promise.all([pruneCache(host, box.cacheDir, 0), pruneCache(host, box.cacheDir, 0)]);
    await pruneCache(host, box.cacheDir, 0); // what one left to the other that held it
    assert.deepEqual(await kept(), []);
    const ids = both.flat().map(({ id }) => id);
    assert.deepEqual(ids.toSorted(), [...new Set(ids)].toSorted(), 'each entry is removed once');
  });

  test('that can’t be pruned does not fail a bake, whose result is written down before', async () => {
    const events: string[] = [];
    const { result } = await fakeBake(box, {
      steps: FOUR_LAYERS,
      record: async ({ files }) => {
        assert.equal(files.length, 1);
        events.push('recorded');
        await rename(join(box.cacheDir, 'layers'), join(box.cacheDir, 'away'));
        await writeFile(join(box.cacheDir, 'layers'), '');
      },
      onEvent: (event) => {
        if (event.event === 'note') events.push(event.message);
      },
    });
    assert.equal(result.layers.length, 5);
    assert.equal(events.length, 2);
    assert.equal(events[0], 'recorded');
    assert.match(events[1] ?? '', /^warning: the cache can’t be pruned: .*ENOTDIR/);
  });

  test('what a bake uses is not pruned, nor what it stands on', async () => {
    const { result } = await bake();
    const [, , runtime] = result.layers;
    assert.ok(runtime);
    const lock = await tryLock(host, join(box.cacheDir, 'locks', runtime.id), 'shared');
    assert.ok(lock);
    try {
      await pruneCache(host, box.cacheDir, 0);
      assert.deepEqual((await kept()).toSorted(), ['base', 'runtime', 'system']);
    } finally {
      await lock.release();
    }
    await pruneCache(host, box.cacheDir, 0);
    assert.deepEqual(await kept(), []);
  });

  test('verify finds content that changed behind unchanged sizes and times, and removes it', async () => {
    const { result } = await bake();
    assert.ok((await verifyCache(host, box.cacheDir)).every((verdict) => verdict.sound));
    const [, system] = result.layers;
    assert.ok(system);
    const file = join(box.cacheDir, treeOf(system.id), 'log');
    const { stdout } = await run('stat', ['--format=%y', file]);
    await writeFile(file, 'SWAP\nsysctl\n');
    await run('touch', ['--date', stdout, file]);
    assert.match(layerStates((await bake()).events), /system:reused/, 'the fast look can not see it');
    // While a bake uses it, it stays.
    const use = await tryLock(host, join(box.cacheDir, 'locks', system.id), 'shared');
    const damaged = {
      id: system.id,
      name: 'system',
      sound: false,
      reason: 'content has changed behind unchanged sizes and times',
    };
    const unsound = async () => (await verifyCache(host, box.cacheDir)).filter(({ sound }) => !sound);
    assert.deepEqual(await unsound(), [{ ...damaged, removed: false }]);
    await use?.release();
    assert.deepEqual(await unsound(), [{ ...damaged, removed: true }]);
    assert.deepEqual(await unsound(), []);
    assert.match(layerStates((await bake()).events), /^base:reused system:building system:done/);
    assert.equal(await readFile(file, 'utf8'), 'swap\nsysctl\n');
    await utimes(file, 1, 1);
    assert.equal((await unsound())[0]?.reason, 'files are missing, added or altered');
  });
});
