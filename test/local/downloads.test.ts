import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { listCache, pruneCache } from '../../src/build/local/cache.ts';
import { sourceFile, type Source, type SourceContext } from '../../src/build/local/downloads.ts';
import { makeFolders, paths } from '../../src/build/local/store.ts';
import { inTempFolder } from '../support/temp-folder.ts';
import { host } from './support.ts';

const source = (location: string): Source => ({
  location,
  sha256: createHash('sha256').update(location).digest('hex'),
});

/** A bake with a workspace of its own, on a network where an address is answered with its own text; `asked` is what it asked for. */
async function bake(cacheDir: string): Promise<SourceContext & { readonly asked: readonly string[] }> {
  await makeFolders(cacheDir);
  const asked: string[] = [];
  return {
    host,
    cacheDir,
    workspace: { path: await mkdtemp(join(paths(cacheDir).work, 'bake-')) },
    signal: new AbortController().signal,
    files: {
      pathOf: (location) => (location.startsWith('/') ? location : undefined),
      fetch: async (location, path) => {
        asked.push(location);
        await writeFile(path, location);
      },
    },
    asked,
  };
}

describe('files that a profile names', () => {
  test('are fetched once, and again when they are damaged in the cache', () =>
    inTempFolder(async (cacheDir) => {
      const [one, two, three] = [await bake(cacheDir), await bake(cacheDir), await bake(cacheDir)];
      await sourceFile(one, source('a'));
      assert.equal(await readFile(await sourceFile(two, source('a')), 'utf8'), 'a');
      assert.deepEqual([one.asked, two.asked], [['a'], []]);
      await writeFile(paths(cacheDir).download(source('a').sha256), 'b');
      assert.equal(await readFile(await sourceFile(three, source('a')), 'utf8'), 'a');
      assert.deepEqual(three.asked, ['a']);
      assert.equal(await readFile(await sourceFile(three, source('a')), 'utf8'), 'a');
      assert.deepEqual(three.asked, ['a']);
    }));

  test('are fetched once by two bakes at once', () =>
    inTempFolder(async (cacheDir) => {
      const [one, two] = [await bake(cacheDir), await bake(cacheDir)];
      await Promise.all([sourceFile(one, source('a')), sourceFile(two, source('a'))]);
      assert.deepEqual([...one.asked, ...two.asked], ['a']);
    }));

  test('are not kept where fetching fails, and the next bake has its turn', () =>
    inTempFolder(async (cacheDir) => {
      const [one, two] = [await bake(cacheDir), await bake(cacheDir)];
      const failing = { ...one.files, fetch: () => Promise.reject(new Error('no network')) };
      await assert.rejects(sourceFile({ ...one, files: failing }, source('a')), /no network/);
      assert.deepEqual(await readdir(paths(cacheDir).downloads), []);
      await sourceFile(two, source('a'));
    }));

  test('of this machine are taken where they are', () =>
    inTempFolder(async (cacheDir) => {
      assert.equal(await sourceFile(await bake(cacheDir), source('/a/b')), '/a/b');
    }));
});

describe('the cache', () => {
  test('lists downloads and prunes those that were used least recently; a bake keeps what it has taken', () =>
    inTempFolder(async (cacheDir) => {
      const one = await bake(cacheDir);
      const old = await sourceFile(one, source('old'));
      await sourceFile(one, source('new'));
      await utimes(old, 1, 1);
      const entries = await listCache(host, cacheDir);
      assert.deepEqual(
        entries.map(({ kind, id }) => [kind, id]),
        ['old', 'new'].map((name) => ['download', source(name).sha256]),
      );
      const total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
      assert.ok(total > 0);
      assert.deepEqual(await pruneCache(host, cacheDir, total), []);
      assert.deepEqual(await pruneCache(host, cacheDir, total - 1), entries.slice(0, 1));
      assert.equal(await readFile(old, 'utf8'), 'old');
      await pruneCache(host, cacheDir, 0);
      assert.deepEqual(await listCache(host, cacheDir), []);
    }));

  test('counts what an older bake has left half fetched', () =>
    inTempFolder(async (cacheDir) => {
      await makeFolders(cacheDir);
      const { downloads } = paths(cacheDir);
      await mkdir(downloads);
      await writeFile(join(downloads, `${source('a').sha256}.partial-1`), 'half');
      assert.equal((await pruneCache(host, cacheDir, 0)).length, 1);
      assert.deepEqual(await readdir(downloads), []);
    }));
});
