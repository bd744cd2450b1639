import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { bakeProcess, bigTempFolder, ROOT } from '../support/programs.ts';

/**
 * Real images from real packages, booted in QEMU, every check passed inside: our verify.sh, goss, and verify's own.
 * An emulated boot takes minutes, so there are four images, each booted in one way at most (stock.test.ts boots a machine twice);
 * BAKE_TEST_BOOTS=all makes seven and boots all of them by BIOS, again after a power-off, and by UEFI.
 * BAKE_TEST_IMAGES=worker,master chooses some of the seven.
 */
const ALL = ['boot-bios', 'boot-bios-second', 'boot-uefi'] as const;
type Boot = (typeof ALL)[number];
const IMAGES: readonly { profile: string; boots: readonly Boot[] }[] = [
  { profile: 'worker', boots: ['boot-bios'] },
  { profile: 'haproxy', boots: ['boot-uefi'] },
  { profile: './worker-docker.yaml', boots: ['boot-uefi'] },
  { profile: './worker-12.yaml', boots: [] },
];
const MORE = ['master', './master-docker.yaml', './worker-12-docker.yaml'];
const nameOf = (profile: string): string => profile.replace(/^\.\//, '').replace(/\.yaml$/, '');
const only = process.env['BAKE_TEST_IMAGES']?.split(',');
const known = [...IMAGES.map(({ profile }) => profile), ...MORE].map(nameOf);
for (const name of only ?? [])
  assert.ok(known.includes(name), `BAKE_TEST_IMAGES: no image “${name}”; there are ${known.join(', ')}`);
const everyWay = process.env['BAKE_TEST_BOOTS'] === 'all';
const images = everyWay || only ? [...IMAGES, ...MORE.map((profile) => ({ profile, boots: ALL }))] : IMAGES;

/** How `bake verify` is asked for just these. */
const FLAGS = new Map<string, readonly string[]>([
  ['boot-bios', ['--no-reboot']],
  ['boot-uefi', ['--firmware', 'uefi', '--no-reboot']],
  ['boot-bios,boot-bios-second', []],
  [ALL.join(), ['--firmware', 'both']],
]);

describe('images', () => {
  const temp = bigTempFolder();
  const profiles = join(ROOT, 'test/bake/profiles');
  before(() => assert.ok(existsSync(join(ROOT, 'dist/cli/main.js')), 'npm run build comes first'));
  after(() => temp.remove());

  for (const { profile, boots: usual } of images) {
    const name = nameOf(profile);
    if (only && !only.includes(name)) continue;
    const boots = everyWay ? ALL : usual;
    const standIn = name === 'haproxy' ? [] : ['--stand-in'];

    test(`${name}: baked, and its files checked`, async () => {
      const baked = await bakeProcess(['--profile', profile, ...standIn, '--out', temp.path], profiles);
      assert.equal(baked.exitCode, 0, baked.stderr);
      const manifest = JSON.parse(readFileSync(join(temp.path, name, 'manifest.json'), 'utf8')) as Record<
        string,
        unknown
      >;
      assert.equal(manifest['standIn'], name !== 'haproxy');
      assert.deepEqual((manifest['offlineChecks'] as { failed: number }).failed, 0);
    });

    test(`${name}: baked again, nothing to do`, async () => {
      const again = await bakeProcess(['--profile', profile, ...standIn, '--out', temp.path], profiles);
      assert.equal(again.exitCode, 0, again.stderr);
      assert.match(again.stdout, /^Nothing has changed/);
    });

    if (boots.length === 0) continue;
    test(`${name}: passes every check (${boots.join(', ')})`, async (t) => {
      const image = join(temp.path, name, `${name}.qcow2`);
      const flags = FLAGS.get(boots.join());
      assert.ok(flags, `no flags of bake verify boot ${boots.join()}`);
      const verified = await bakeProcess(['verify', ...flags, '--format', 'json', image], profiles);
      assert.notEqual(verified.stdout, '', verified.stderr);
      const report = JSON.parse(verified.stdout) as {
        ok: boolean;
        results: { where: string; status: string; title: string; detail?: string; id?: string }[];
      };
      const failed = report.results.filter(({ status }) => status === 'fail');
      const shown = failed
        .slice(0, 20)
        .map(({ where, title, detail }) => `${where}: ${title}\n${detail ?? ''}`);
      assert.equal(
        failed.length,
        0,
        `${failed.length} checks failed\n${shown.join('\n')}\n${verified.stderr}`,
      );
      assert.equal(verified.exitCode, 0);
      for (const where of ['offline', ...boots]) {
        const passed = report.results.filter(
          (result) => result.where === where && result.status === 'pass',
        ).length;
        t.diagnostic(`${name} ${where}: ${passed} passed`);
        assert.ok(passed >= 20, `${where}: only ${passed} checks reported`);
      }
      assert.ok(
        report.results.some(({ id, status }) => id === 'goss' && status === 'pass'),
        'goss ran inside',
      );
    });
  }
});
