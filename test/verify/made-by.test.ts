import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { bake } from '../support/cli.ts';
import { CLEAN, makeDisk, withScratch, writeTree } from './synthetic-image.ts';

/** An image that carries the plan of a worker with stand-ins, and beside it what `bake compile` writes with `flags`. */
const withImageBeside = (flags: readonly string[], use: (folder: string) => Promise<void>): Promise<void> =>
  withScratch(async (folder) => {
    await bake(['compile', '--profile', 'worker', '--stand-in', '--out', 'made-by'], folder);
    const madeBy = join(folder, 'made-by/worker/plan.json');
    mkdirSync(join(folder, 'tree'));
    await writeTree(join(folder, 'tree'), { ...CLEAN, '/usr/share/bake/plan.json': readFileSync(madeBy) });
    const { code, err } = await bake(['compile', '--profile', 'worker', ...flags], folder);
    assert.equal(code, 0, err);
    await makeDisk(join(folder, 'tree'), join(folder, 'out/worker/worker.raw'));
    await use(folder);
  });

const OFFLINE = ['verify', '--offline', 'out/worker/worker.raw'];

describe('verify and the plan that an image was made by', () => {
  test('beside it: judged by it, and named a stand-in', () =>
    withImageBeside(['--stand-in'], async (folder) => {
      const { out, err } = await bake([...OFFLINE, '--format', 'json'], folder);
      assert.equal(err, '');
      assert.equal((JSON.parse(out) as { standIn: boolean }).standIn, true);
      const tap = await bake([...OFFLINE, '--format', 'tap'], folder);
      assert.match(tap.out, /^TAP version 13\n# STAND-INS .*\n1\.\.\d+\n/);
      const table = await bake(OFFLINE, folder);
      assert.match(table.out, /^STAND-INS .*\n\noffline: /);
    }));

  test('another one beside it: refused, with a way out', () =>
    withImageBeside([], async (folder) => {
      const { code, out, err } = await bake(OFFLINE, folder);
      assert.deepEqual([code, out], [1, '']);
      assert.match(
        err,
        /worker\.raw was not made by .*plan\.json: the image has plan [0-9a-f]{12} with STAND-INS, the file is plan [0-9a-f]{12}; bake the profile again, or .*--plan FILE/,
      );
      const found = await bake([...OFFLINE, '--plan', 'made-by/worker/plan.json'], folder);
      assert.doesNotMatch(found.err, /was not made by/);
      assert.match(found.out, /^offline: /m);
    }));

  test('another one by choice: told, and what the image is it says itself', () =>
    withImageBeside([], async (folder) => {
      copyFileSync(join(folder, 'out/worker/plan.json'), join(folder, 'other.json'));
      const chosen = [...OFFLINE, '--plan', 'other.json'];
      const table = await bake(chosen, folder);
      assert.match(table.err, /was not made by .*other\.json: .*\.\n/);
      assert.match(table.out, /^STAND-INS /);
      const json = await bake([...chosen, '--format', 'json'], folder);
      assert.equal((JSON.parse(json.out) as { standIn: boolean }).standIn, true);
    }));
});
