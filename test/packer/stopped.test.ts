import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { fileDigest } from '../../src/adapters/digest.ts';
import { run } from '../../src/adapters/process.ts';
import { bakeProcess, ROOT } from '../support/programs.ts';
import { inTempFolder } from '../support/temp-folder.ts';
import { CLEAN, makeDisk, writeTree } from '../verify/synthetic-image.ts';

const WORDS = ['--profile', 'worker', '--stand-in', '--builder', 'packer'];

/** Programs that were told of something in a folder, by their command lines. */
function programsOf(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return ''; // it has ended meanwhile
      }
    })
    .filter((line) => line.includes(folder));
}

/** Waits, two minutes at most: emulators and what ends them take their time on a busy computer. */
async function until(what: string, isSo: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (isSo()) return;
    await wait(200);
  }
  assert.fail(`not within two minutes: ${what}`);
}

/** Not bake's own trial of KVM. */
const isMachine = (line: string): boolean => /qemu-system.*\/\.unfinished\/qemu\//.test(line);

/** A build by Packer itself, in whose machine nothing ever answers: its disk is empty. */
const withBuild = (
  use: (folder: string, bake: ReturnType<typeof spawn>, said: () => string) => Promise<void>,
): Promise<void> =>
  inTempFolder(async (folder) => {
    const disk = join(folder, 'empty.qcow2');
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', disk, '64M']);
    const variables = [`qemu_image=${disk}`, `qemu_image_checksum=sha256:${await fileDigest(disk)}`];
    const args = [...WORDS, '--out', folder, ...variables.flatMap((variable) => ['--var', variable])];
    const bake = spawn(process.execPath, [join(ROOT, 'dist/cli/main.js'), ...args], {
      cwd: folder,
      env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [bake.stdout, bake.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
    try {
      await until('Packer starts QEMU', () => programsOf(folder).some(isMachine) || bake.exitCode !== null);
      assert.equal(bake.exitCode, null, text);
      await use(folder, bake, () => text);
    } finally {
      bake.kill('SIGKILL');
      await until('nothing runs any more', () => programsOf(folder).length === 0);
    }
  });

const leftIn = (folder: string): string[] =>
  readdirSync(join(folder, 'worker')).filter((name) => name !== 'packer');

describe('a build by Packer that is stopped', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    test(`by ${signal}: its machine is gone when bake ends, and nothing is left`, () =>
      withBuild(async (folder, bake, said) => {
        const ended = once(bake, 'exit');
        bake.kill(signal);
        assert.deepEqual(await ended, [3, null], said());
        assert.deepEqual(programsOf(folder), []);
        assert.match(said(), /^bake: interrupted; nothing is left half done$/m);
        assert.deepEqual(leftIn(folder), []);
        const log = readFileSync(join(folder, 'worker/packer/qemu/packer.log'), 'utf8');
        assert.match(log, /Cancelling build after receiving terminated/);
        assert.match(log, /Deleting output directory/);
      }));

  test('with bake itself killed: Packer removes its machine', () =>
    withBuild(async (folder, bake) => {
      bake.kill('SIGKILL');
      await until('the machine is gone', () => programsOf(folder).length === 0);
    }));
});

test('an image by Packer that fails its checks is not kept', () =>
  inTempFolder(async (folder) => {
    const tree = join(folder, 'tree');
    // A host key, and nothing that a worker has.
    await writeTree(tree, { ...CLEAN, '/etc/ssh/ssh_host_ed25519_key': 'a key\n' });
    const { path } = await makeDisk(tree, join(folder, 'disk.raw'));
    const image = join(folder, 'disk.qcow2');
    await run('qemu-img', ['convert', '-O', 'qcow2', path, image]);
    const sha256 = await fileDigest(image);
    writeFileSync(
      join(folder, 'mine.yaml'),
      `extends: worker\nname: worker\nimage:\n  base: { file: ./disk.qcow2, sha256: ${sha256} }\n`,
    );
    const words = ['-p', 'mine.yaml', ...WORDS.slice(2), '--out', folder];
    const { exitCode, stderr } = await bakeProcess(words, folder, {
      // A stand-in for Packer, which hands over a disk that is there.
      PATH: `${fileURLToPath(new URL('stand-in', import.meta.url))}:${process.env['PATH'] ?? ''}`,
      STAND_IN_CALLS: join(folder, 'calls'),
      STAND_IN_IMAGE: image,
    });
    assert.equal(exitCode, 3, stderr);
    assert.match(stderr, /the image does not pass its own checks, so it was not kept/);
    assert.deepEqual(leftIn(folder), []);
    assert.ok(existsSync(join(folder, 'worker/packer/qemu/packer.log')));
    // A cloud image beside the profile is what QEMU starts from.
    const given = readFileSync(join(folder, 'calls.env'), 'utf8').split('\n');
    assert.ok(given.includes(`PKR_VAR_qemu_image=${image}`), given.join(', '));
    assert.ok(given.includes(`PKR_VAR_qemu_image_checksum=sha256:${sha256}`), given.join(', '));
  }));

test('an image of Rocky Linux by Packer is not read from outside, which is said', () =>
  inTempFolder(async (folder) => {
    const image = join(folder, 'disk.qcow2');
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', image, '1M']);
    writeFileSync(join(folder, 'mine.yaml'), 'extends: worker\nname: worker\nos: rocky-9\n');
    const words = ['-p', 'mine.yaml', '--builder', 'packer', '--out', folder];
    const { exitCode, stderr } = await bakeProcess(words, folder, {
      PATH: `${fileURLToPath(new URL('stand-in', import.meta.url))}:${process.env['PATH'] ?? ''}`,
      STAND_IN_CALLS: join(folder, 'calls'),
      STAND_IN_IMAGE: image,
    });
    assert.equal(exitCode, 0, stderr);
    assert.match(
      stderr,
      /what qemu made can’t be read here \(Rocky Linux 9: XFS, RPM\); it was checked inside only/,
    );
    const manifest = readFileSync(join(folder, 'worker/manifest.json'), 'utf8');
    assert.deepEqual((JSON.parse(manifest) as { offlineChecks: unknown }).offlineChecks, {
      failed: 0,
      passed: 0,
      skipped: 0,
    });
  }));
