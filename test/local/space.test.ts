import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { run } from '../../src/adapters/process.ts';
import { FolderUnwritable, NoSpace } from '../../src/build/local/failures.ts';
import { fakeBake, FOUR_LAYERS, fromImage, remains, sandbox, tarDisk } from './support.ts';
import type { FakeStep, Sandbox } from './support.ts';

const MIB = 2 ** 20;

describe('a full disk', () => {
  let box: Sandbox;
  const small = () => join(box.folder, 'small');
  before(async () => {
    box = await sandbox();
    await mkdir(small());
    await run('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'small', small()]);
  });
  after(async () => {
    await run('umount', [small()]);
    await box.remove();
  });
  /** Without the mount that this test itself made. */
  const leftovers = async () => (await remains(box)).filter((what) => !what.startsWith('mount small '));
  const isNoSpace = (folder: string, neededBytes: number) => (error: unknown) => {
    assert.ok(error instanceof NoSpace, String(error));
    assert.equal(error.folder, folder);
    assert.equal(error.neededBytes, neededBytes);
    assert.match(error.message, /not enough room in .*: about .* needed, .* free/);
    return true;
  };

  test('of the cache is told before anything is begun', async () => {
    const request = { cacheDir: join(small(), 'cache'), needs: { layerBytes: 100 * MIB, outputBytes: 0 } };
    const events: string[] = [];
    await assert.rejects(
      fakeBake(box, { steps: FOUR_LAYERS, request, onEvent: ({ event }) => events.push(event) }),
      isNoSpace(join(small(), 'cache'), 500 * MIB),
    );
    assert.deepEqual(events, ['build-start']);
  });

  test('of the output is told before anything is begun', async () => {
    const request = { outDir: join(small(), 'out'), needs: { layerBytes: 0, outputBytes: 100 * MIB } };
    await assert.rejects(
      fakeBake(box, { steps: FOUR_LAYERS, request }),
      isNoSpace(join(small(), 'out'), 100 * MIB),
    );
  });

  test('that fills up in a step is told as such, and the next bake works', async () => {
    const cacheDir = join(small(), 'cache');
    const big: FakeStep = { id: 'big', layer: 'runtime', script: 'dd if=/dev/zero of=/big bs=1M count=100' };
    const needs = { layerBytes: 0, outputBytes: 0 };
    await assert.rejects(
      fakeBake(box, { steps: [...FOUR_LAYERS, big], request: { cacheDir, needs } }),
      isNoSpace(cacheDir, 0),
    );
    assert.deepEqual(await readdir(join(cacheDir, 'work')), []);
    assert.deepEqual(await leftovers(), []);
    assert.deepEqual(await readdir(join(cacheDir, 'partial')), [], 'what fills the disk is not kept');
    await fakeBake(box, { steps: FOUR_LAYERS, request: { cacheDir } });
    assert.ok(await fromImage(join(box.out('worker'), 'worker.tar'), '/log'));
    await run('rm', ['-r', cacheDir]);
  });

  test('that fills up while the image is made leaves the image of before', async () => {
    const outDir = join(small(), 'out');
    await fakeBake(box, { steps: FOUR_LAYERS, request: { outDir, cacheDir: box.cacheDir } });
    const finishDisk: typeof tarDisk = async (job) => {
      await job.run('dd', ['if=/dev/zero', `of=${join(job.workDir, 'worker.tar')}`, 'bs=1M', 'count=100']);
      return [];
    };
    await assert.rejects(
      fakeBake(box, { steps: FOUR_LAYERS, request: { outDir }, finishDisk }),
      isNoSpace(outDir, 0),
    );
    assert.deepEqual(await readdir(outDir), ['worker.tar']);
    assert.ok(await fromImage(join(outDir, 'worker.tar'), '/log'));
    assert.deepEqual(await leftovers(), []);
  });

  test('read-only folders, and files in the place of folders, are told as such', async () => {
    await writeFile(join(box.folder, 'file'), '');
    const inFile = join(box.folder, 'file', 'worker');
    await assert.rejects(
      fakeBake(box, { steps: FOUR_LAYERS, request: { outDir: inFile } }),
      (error) => error instanceof FolderUnwritable && error.folder === inFile,
    );
    await run('mount', ['-o', 'remount,ro', small()]);
    for (const outDir of [join(small(), 'elsewhere'), join(small(), 'out')]) {
      await assert.rejects(
        fakeBake(box, { steps: FOUR_LAYERS, request: { outDir } }),
        (error) => error instanceof FolderUnwritable && /read-only file system/i.test(error.message),
      );
    }
  });
});
