import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { publicLine } from '../../src/packer/build-key.ts';
import { bake } from '../support/cli.ts';
import { inTempFolder } from '../support/temp-folder.ts';

const FILES = [
  'build.pkr.hcl',
  'example.pkrvars.hcl',
  'plugins.pkr.hcl',
  'provision.sh',
  'records',
  'seal.sh',
  'seed',
  'sources.pkr.hcl',
  'variables.pkr.hcl',
  'verify.sh',
];

describe('bake packer', () => {
  test('writes a folder, and a second run changes nothing', () =>
    inTempFolder(async (folder) => {
      const args = ['packer', '--profile', 'worker', '--target', 'qemu'];
      const first = await bake(args, folder);
      assert.equal(first.code, 0, first.err);
      assert.match(first.out, /cd out\/worker\/packer\/qemu && packer init \. && packer build \.\n$/);
      const made = join(folder, 'out/worker/packer/qemu');
      assert.deepEqual(readdirSync(made).sort(), FILES);
      const key = readFileSync(join(made, 'seed/key'), 'utf8');
      assert.equal(statSync(join(made, 'seed/key')).mode & 0o777, 0o600);
      assert.ok(readFileSync(join(made, 'seed/user-data'), 'utf8').includes(publicLine(key) ?? 'no key'));
      const second = await bake(args, folder);
      assert.match(second.out, /^Nothing has changed\.$/m);
      assert.equal(second.err, '');
      assert.equal(readFileSync(join(made, 'seed/key'), 'utf8'), key);
    }));

  test('keeps out of git what holds a half of the key, so that each clone can have its own', () =>
    inTempFolder(async (folder) => {
      const git = (...args: string[]): string => execFileSync('git', args, { cwd: folder, encoding: 'utf8' });
      git('init', '--quiet');
      for (const [builder, name] of [
        ['vsphere-clone', 'vsphere'],
        ['vsphere-iso', 'vsphere-iso'],
      ] as const) {
        const args = ['packer', '-p', 'worker', '-t', 'vsphere', '-b', builder];
        const { code, err } = await bake(args, folder);
        assert.equal(code, 0, err);
        git('add', '.');
        rmSync(join(folder, 'out/worker/packer', name, 'seed/key'));
        assert.match((await bake(args, folder)).err, /^Made a key for builds/);
        assert.equal(git('diff', '--name-only'), '', builder);
      }
      assert.match(git('ls-files'), /packer\/vsphere\/build\.pkr\.hcl/);
      assert.match(git('ls-files'), /packer\/vsphere-iso\/build\.pkr\.hcl/);
    }));

  test('is for the platforms of the profile that Packer knows, else for QEMU', () =>
    inTempFolder(async (folder) => {
      const image = (name: string, targets: string): void =>
        writeFileSync(join(folder, name), `extends: haproxy\nimage: { targets: ${targets} }\n`);
      image('two.yaml', '[gcp, lxd, aws]');
      image('strange.yaml', '[lxd]');
      for (const command of [['packer'], ['compile']])
        for (const [words, name] of [
          [['-p', 'haproxy'], 'haproxy/packer/qemu'],
          [['-p', 'two.yaml'], 'two/packer/aws+gcp'],
          [['-p', 'strange.yaml'], 'strange/packer/qemu'],
          [['-p', 'two.yaml', '--target', 'hetzner'], 'two/packer/hetzner'],
        ] as const) {
          const out = join(command.join('-'), name.replace(/.*\//, ''));
          const { code, err } = await bake([...command, ...words, '--out', out], folder);
          assert.equal(code, 0, err);
          assert.ok(existsSync(join(folder, out, name, 'build.pkr.hcl')), `${command.join(' ')} ${name}`);
          assert.equal(readdirSync(join(folder, out, name, '..')).length, 1);
        }
      const vsphere = await bake(['packer', '-p', 'two.yaml', '-b', 'vsphere-iso'], folder);
      assert.equal(vsphere.code, 2);
      assert.match(vsphere.err, /add --target vsphere/);
    }));

  test('says in JSON what it wrote', () =>
    inTempFolder(async (folder) => {
      const { code, out, err } = await bake(
        ['packer', '-p', 'haproxy', '-t', 'hetzner', '-t', 'gcp', '--json'],
        folder,
      );
      assert.equal(code, 0, err);
      const said = JSON.parse(out) as { folder: string; builders: string[]; files: string[] };
      assert.equal(said.folder, join(folder, 'out/haproxy/packer/gcp+hetzner'));
      assert.deepEqual(said.builders, ['googlecompute', 'hcloud']);
      for (const file of said.files) assert.ok(existsSync(join(said.folder, file)), file);
      assert.ok(!existsSync(join(said.folder, 'seed')), 'clouds make keys of their own');
    }));

  test('refuses a file that is no key of its own', () =>
    inTempFolder(async (folder) => {
      const seed = join(folder, 'out/worker/packer/qemu/seed');
      mkdirSync(seed, { recursive: true });
      writeFileSync(join(seed, 'key'), 'something else\n');
      const { code, err } = await bake(['packer', '-p', 'worker', '-t', 'qemu'], folder);
      assert.equal(code, 1);
      assert.match(err, /out\/worker\/packer\/qemu\/seed\/key is no key that bake made; take it away/);
    }));

  test('refuses another architecture', () =>
    inTempFolder(async (folder) => {
      writeFileSync(join(folder, 'mine.yaml'), 'extends: worker\narch: arm64\n');
      const { code, err } = await bake(['packer', '-p', 'mine.yaml', '-t', 'qemu'], folder);
      assert.equal(code, 1);
      assert.match(err, /templates for Packer are for amd64; profile mine is for arm64/);
    }));

  test('2: a target or builder that is none', () =>
    inTempFolder(async (folder) => {
      for (const [words, said] of [
        [['packer', '-t', 'vshpere'], /did you mean "vsphere"/],
        [['packer', '-t', 'qemu', '-b', 'hcloud'], /add --target hetzner/],
        [['packer', '-t', 'lxd'], /no builder for target "lxd"/],
        [['compile', '--target', 'lima'], /Lima writes the seed/],
      ] as const) {
        const { code, err } = await bake([...words, '-p', 'worker'], folder);
        assert.equal(code, 2, err);
        assert.match(err, said);
      }
      assert.equal(existsSync(join(folder, 'out')), false, 'nothing is written');
    }));

  test('bake compile --target compiles for platforms that Packer does not know, too', () =>
    inTempFolder(async (folder) => {
      const { code, err } = await bake(['compile', '-p', 'worker', '--target', 'lxd'], folder);
      assert.equal(code, 0, err);
      assert.match(
        readFileSync(join(folder, 'out/worker/plan.json'), 'utf8'),
        /datasource_list: \[ LXD, NoCloud/,
      );
      assert.deepEqual(readdirSync(join(folder, 'out/worker/packer')), ['qemu']);
    }));

  test('bake compile leaves the folder out for an architecture that it is not for', () =>
    inTempFolder(async (folder) => {
      writeFileSync(join(folder, 'mine.yaml'), 'extends: worker\narch: arm64\n');
      const { code, out, err } = await bake(['compile', '-p', 'mine.yaml'], folder);
      assert.equal(code, 0, err);
      assert.doesNotMatch(out, /packer/);
      assert.equal(existsSync(join(folder, 'out/mine/packer')), false);
    }));

  test('bake compile writes the same folder', () =>
    inTempFolder(async (folder) => {
      const { code, out, err } = await bake(['compile', '-p', 'worker'], folder);
      assert.equal(code, 0, err);
      assert.match(out, /out\/worker\/packer\/qemu\/build\.pkr\.hcl/);
      const again = await bake(['packer', '-p', 'worker'], folder);
      assert.match(again.out, /^Nothing has changed\.$/m);
    }));
});
