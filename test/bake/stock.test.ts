import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { assembleDisk } from '../../src/build/disk/assemble.ts';
import { run } from '../../src/adapters/process.ts';
import { bakeProcess, bigTempFolder, ROOT } from '../support/programs.ts';
import { stockTree, withSwapFile } from '../support/stock.ts';

/**
 * P1: a stock image with user-data.stock becomes the machine that the golden image is. Debian's own cloud image can't be
 * had offline, so the stock image is a bootstrap with cloud-init from Debian and without a single step of ours; it comes with swap turned on.
 */
describe('the stock route', () => {
  const temp = bigTempFolder();
  after(() => temp.remove());

  test('a stock Debian image booted with user-data.stock passes the same checks', async (t) => {
    const tree = join(temp.path, 'tree');
    await stockTree('debian-13', tree);
    await withSwapFile(tree);
    const disk = await assembleDisk(
      { tree, work: temp.path, diskSizeBytes: 4 * 2 ** 30, arch: 'amd64', seed: 'stock' },
      { run },
    );
    const compiled = await bakeProcess(
      ['compile', '--profile', 'worker', '--stand-in', '--out', temp.path],
      ROOT,
    );
    assert.equal(compiled.exitCode, 0, compiled.stderr);
    const folder = join(temp.path, 'worker');
    const verified = await bakeProcess(
      [
        'verify',
        '--stock',
        '--format',
        'json',
        '--plan',
        join(folder, 'plan.json'),
        '--user-data',
        join(folder, 'user-data.stock'),
        disk.path,
      ],
      ROOT,
    );
    assert.notEqual(verified.stdout, '', verified.stderr);
    const report = JSON.parse(verified.stdout) as {
      results: { where: string; status: string; title: string; id?: string }[];
    };
    assert.deepEqual(
      report.results.filter(({ status }) => status === 'fail'),
      [],
    );
    for (const boot of ['boot-bios', 'boot-bios-second']) {
      const passed = report.results.filter(({ where, status }) => where === boot && status === 'pass').length;
      t.diagnostic(`${boot}: ${passed} passed`);
      assert.ok(passed >= 60, `${boot}: only ${passed} checks reported`);
      assert.ok(
        report.results.some(({ id, where, status }) => id === 'goss' && where === boot && status === 'pass'),
        `${boot}: goss ran inside`,
      );
    }
    assert.equal(verified.exitCode, 0);
  });
});
