import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileDigest } from '../../src/adapters/digest.ts';
import { run } from '../../src/adapters/process.ts';
import { identityOf } from '../../src/build/bake-image.ts';
import { assembleDisk } from '../../src/build/disk/assemble.ts';
import { convertDisk } from '../../src/build/formats/qemu-img.ts';
import { paths } from '../../src/build/local/store.ts';
import type { ManifestFile } from '../../src/build/manifest.ts';
import { fileProvider, openProfile, readPieces } from '../../src/adapters/files.ts';
import { compile } from '../../src/compile.ts';
import { bakeProcess, bigTempFolder, ROOT } from '../support/programs.ts';

/**
 * A real build by Packer and QEMU (emulated where there is no KVM): the worker, from a disk of what the local builder begins
 * with, beside the same worker as the local builder bakes it. Packer's boot, apt's and dpkg's work in it and ours take a quarter of an
 * hour where nothing else runs.
 */
describe('the worker by Packer', () => {
  const temp = bigTempFolder();
  const folderOf = (builder: string): string => join(temp.path, builder, 'worker');
  const worker = ['--profile', 'worker', '--stand-in'];
  before(() => assert.ok(existsSync(join(ROOT, 'dist/cli/main.js')), 'npm run build comes first'));
  after(() => temp.remove());

  interface Manifest {
    readonly builder: string;
    readonly buildId: string;
    readonly plan: string;
    readonly files: readonly ManifestFile[];
    readonly steps: readonly { readonly stepId: string; readonly ms: number }[];
    readonly packages: readonly { readonly name: string; readonly version: string; readonly arch: string }[];
    readonly offlineChecks: { readonly passed: number; readonly failed: number };
  }
  const manifestOf = (builder: string): Manifest =>
    JSON.parse(readFileSync(join(folderOf(builder), 'manifest.json'), 'utf8')) as Manifest;
  const imageOf = (builder: string): string =>
    join(folderOf(builder), manifestOf(builder).files[0]?.name ?? 'no image');

  test('the local builder bakes it', async () => {
    const baked = await bakeProcess([...worker, '--target', 'qemu', '--out', join(temp.path, 'local')], ROOT);
    assert.equal(baked.exitCode, 0, baked.stderr);
  });

  test('Packer builds it', async (t) => {
    const image = await baseImage(temp.path);
    const began = Date.now();
    const built = await bakeProcess(
      [
        ...[...worker, '--builder', 'packer', '--target', 'qemu', '--out', join(temp.path, 'packer')],
        ...['--var', `qemu_image=${image}`, '--var', `qemu_image_checksum=sha256:${await fileDigest(image)}`],
        // A computer that has other things to do, too.
        ...['--var', 'ssh_timeout=1h', '--var', `qemu_console=${join(temp.path, 'console.log')}`],
      ],
      ROOT,
      { XDG_CACHE_HOME: join(temp.path, 'cache') },
    );
    assert.equal(built.exitCode, 0, built.stderr);
    t.diagnostic(`built in ${Math.round((Date.now() - began) / 1000)} s`);
    const steps = built.stderr.split('\n').filter((line) => line.startsWith('['));
    const count = steps.length;
    assert.ok(count > 60, built.stderr);
    steps.forEach((line, i) => assert.match(line, new RegExp(`^\\[ *${i + 1}/${count}\\] `)));
    assert.match(built.stdout, /^Packer built worker \(with STAND-INS in place of Kubernetes\) in /);
  });

  test('and says of it what the local builder says', () => {
    const [local, packer] = [manifestOf('local'), manifestOf('packer')];
    const { builder, plan, steps, packages, files, offlineChecks } = packer;
    assert.equal(builder, 'packer');
    assert.equal(plan, local.plan);
    assert.deepEqual(Object.keys(packer), Object.keys(local));
    const stepIds = (manifest: Manifest): string[] => manifest.steps.map(({ stepId }) => stepId);
    assert.deepEqual(stepIds(packer), stepIds(local));
    assert.ok(
      steps.some(({ ms }) => ms > 1000),
      'steps have taken their time',
    );
    const names = (manifest: Manifest): string[] =>
      manifest.packages.map(({ name, version, arch }) => `${name} ${version} ${arch}`).toSorted();
    assert.deepEqual(names(packer), names(local));
    assert.ok(packages.length > 200);
    assert.equal(offlineChecks.failed, 0);
    assert.ok(offlineChecks.passed >= 70, `only ${offlineChecks.passed} checks`);
    const [file, ...others] = files;
    assert.ok(file && others.length === 0);
    assert.equal(file.format, 'qcow2');
    assert.equal(file.name, `worker-${plan.slice(0, 12)}.qcow2`);
  });

  test('its sum is right, and nothing else of the build is left beside it', async () => {
    await run('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: folderOf('packer') });
    const rest = readdirSync(folderOf('packer')).filter((name) => !name.endsWith('.qcow2'));
    assert.deepEqual(rest, [
      ...['SHA256SUMS', 'goss.yaml', 'manifest.json', 'packer', 'plan.json', 'provision.sh'],
      ...['user-data', 'user-data.stock', 'verify.sh'],
    ]);
    assert.equal(existsSync(join(ROOT, 'packer_cache')), false);
  });

  test('it passes bake verify, as the image that it says it is', async (t) => {
    const words = ['verify', '--no-reboot', '--time-limit', '1h', '--format', 'json', imageOf('packer')];
    const verified = await bakeProcess(words, ROOT);
    assert.notEqual(verified.stdout, '', verified.stderr);
    const report = JSON.parse(verified.stdout) as {
      plan: string;
      results: { where: string; status: string; title: string; detail?: string; id?: string }[];
    };
    assert.equal(report.plan, manifestOf('local').plan);
    const failed = report.results.filter(({ status }) => status === 'fail');
    assert.deepEqual(failed, [], verified.stderr);
    for (const where of ['offline', 'boot-bios']) {
      const passed = report.results.filter((one) => one.where === where && one.status === 'pass').length;
      t.diagnostic(`${where}: ${passed} passed`);
      assert.ok(passed >= 60, `${where}: only ${passed} checks reported`);
    }
    assert.ok(
      report.results.some(({ id, status }) => id === 'goss' && status === 'pass'),
      'goss ran inside',
    );
    assert.equal(verified.exitCode, 0);
  });
});

/** The base of the worker's layers as a bootable disk: what a vendor's cloud image is to others. */
async function baseImage(folder: string): Promise<string> {
  const opened = openProfile('worker', ROOT);
  assert.ok('source' in opened);
  const { value } = compile(opened.source, fileProvider(ROOT), readPieces(), { standIn: true });
  assert.ok(value);
  const [base] = identityOf(value.plan, value.artifacts).layers;
  assert.ok(base?.name === 'base');
  const home = process.env['XDG_CACHE_HOME'] ?? join(process.env['HOME'] ?? '/root', '.cache');
  const work = join(folder, 'base');
  await mkdir(work);
  const tree = join(work, 'tree');
  await run('cp', ['-a', join(paths(join(home, 'bake')).layer(base.id), 'tree'), tree]);
  const request = { tree, work, diskSizeBytes: 4 * 2 ** 30, arch: 'amd64', seed: 'base' } as const;
  const disk = await assembleDisk(request, { run });
  const image = join(folder, 'base.qcow2');
  await convertDisk({ source: disk.path, target: image, run }, 'qcow2', ['-W']);
  await rm(work, { recursive: true });
  return image;
}
