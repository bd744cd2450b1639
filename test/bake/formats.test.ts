import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { run } from '../../src/adapters/process.ts';
import { chooseAccelerator, type Accelerator } from '../../src/verify/boot/accelerator.ts';
import { verifyBoot } from '../../src/verify/boot/verify-boot.ts';
import { bakeProcess, bigTempFolder, ROOT } from '../support/programs.ts';

/**
 * One bake of the lightest role in every format that a machine can boot from, booted until cloud-init has had its say inside: a
 * minute or two a format where it is emulated, so one of them, and all with BAKE_TEST_BOOTS=all. What is in the machine is for bake-and-boot.test.ts to judge; it is the same disk.
 */
describe('image formats', () => {
  const temp = bigTempFolder();
  const out = join(temp.path, 'haproxy');
  const file = (extension: string): string => join(out, `haproxy.${extension}`);
  let accelerator: Accelerator;
  before(async () => {
    assert.ok(existsSync(join(ROOT, 'dist/cli/main.js')), 'npm run build comes first');
    accelerator = await chooseAccelerator({ run, scratchDir: temp.path });
  });
  after(() => temp.remove());

  interface Told {
    readonly event: string;
    readonly layer?: string;
    readonly state?: string;
    readonly title?: string;
  }
  async function bake(...formats: string[]): Promise<readonly Told[]> {
    const args = ['--profile', 'haproxy', '--json', '--out', temp.path, '--format', ...formats];
    const { exitCode, stdout, stderr } = await bakeProcess(args, temp.path);
    assert.equal(exitCode, 0, stderr);
    const lines = stdout.trim().split('\n');
    return lines.map((line) => JSON.parse(line) as Told);
  }
  const recorded = (): string[] => {
    const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as {
      files: { format: string }[];
    };
    return manifest.files.map(({ format }) => format).toSorted();
  };

  test('all from one bake, with sums that sha256sum finds', async () => {
    const told = await bake('qcow2', 'vmdk', 'vhdx');
    const titles = told.flatMap(({ event, title }) => (event === 'step-end' && title ? [title] : []));
    assert.equal(titles.filter((title) => title === 'disk image').length, 1);
    assert.deepEqual(titles.filter((title) => title.startsWith('write haproxy.')).toSorted(), [
      'write haproxy.qcow2',
      'write haproxy.vhdx',
      'write haproxy.vmdk',
    ]);
    await run('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: out });
    assert.deepEqual(recorded(), ['qcow2', 'vhdx', 'vmdk']);
  });

  test('another format takes the layers from the cache, and leaves the files that are there', async () => {
    const before = statSync(file('qcow2'));
    const told = await bake('ova', 'vhd', 'qcow2');
    const layers = told.filter(({ event }) => event === 'layer');
    assert.ok(layers.length >= 3);
    assert.ok(
      layers.every(({ state }) => state === 'reused'),
      JSON.stringify(layers),
    );
    assert.equal(statSync(file('qcow2')).mtimeMs, before.mtimeMs);
    assert.deepEqual(recorded(), ['ova', 'qcow2', 'vhd', 'vhdx', 'vmdk']);
    await run('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: out });
  });

  test('the same formats again, and fewer of them: nothing to do', async () => {
    for (const formats of [['ova', 'vhd', 'qcow2'], ['vmdk']]) {
      const told = await bake(...formats);
      assert.deepEqual(
        told.map(({ event }) => event).filter((event) => event !== 'diagnostic'),
        ['unchanged'],
      );
    }
  });

  const DISKS: Readonly<Record<string, () => Promise<string>>> = {
    qcow2: () => Promise.resolve(file('qcow2')),
    vmdk: () => Promise.resolve(file('vmdk')),
    vhd: () => Promise.resolve(file('vhd')),
    vhdx: () => Promise.resolve(file('vhdx')),
    'the disk of the ova': async () => {
      await run('tar', ['--extract', `--file=${file('ova')}`, `--directory=${temp.path}`, 'haproxy.vmdk']);
      return join(temp.path, 'haproxy.vmdk');
    },
  };

  const USUAL = 'the disk of the ova';
  const all = process.env['BAKE_TEST_BOOTS'] === 'all';
  for (const [name, disk] of Object.entries(DISKS)) {
    if (!all && name !== USUAL) continue;
    test(`${name} boots`, async (t) => {
      const { results, consoles, seconds } = await verifyBoot({
        image: await disk(),
        firmware: 'bios',
        checks: [],
        userData: readFileSync(join(out, 'user-data'), 'utf8'),
        // Runs when cloud-init is done; the root file system that it is asked of came from this very format.
        verifyScript:
          '#!/bin/bash\necho 1..1\n[ -s /etc/bake/release ] && echo "ok 1 - baked" || echo "not ok 1 - baked"\n',
        accelerator,
        scratchDir: temp.path,
        run,
      });
      const failed = results.filter(({ status }) => status !== 'pass');
      assert.deepEqual(failed, [], consoles.join('\n').slice(-3000));
      assert.ok(results.some(({ title }) => title === 'baked'));
      t.diagnostic(`${name}: booted in ${seconds.map(Math.round).join(', ')} s (${accelerator.name})`);
    });
  }
});
