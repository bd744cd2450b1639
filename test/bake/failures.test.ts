import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { run } from '../../src/adapters/process.ts';
import { bakeProcess, bigTempFolder, ROOT } from '../support/programs.ts';
import { leftovers } from '../support/leftovers.ts';
import { signedRepository } from '../support/signed-repository.ts';

const MAIN = join(ROOT, 'dist/cli/main.js');

/** What a bake does when something goes wrong: a clear word, the right exit code, nothing lost and nothing left. */
describe('failures', () => {
  const temp = bigTempFolder();
  const served = join(temp.path, 'served');
  let server: Server;
  let origin = '';
  before(async () => {
    mkdirSync(served);
    server = createServer((request, response) => {
      const path = join(served, decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname));
      if (!path.startsWith(served) || !existsSync(path)) return response.writeHead(404).end();
      return response.end(readFileSync(path));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.close();
    temp.remove();
  });

  const profile = (name: string, text: string): string => {
    writeFileSync(join(temp.path, `${name}.yaml`), text);
    return `./${name}.yaml`;
  };
  const outOf = (name: string): string[] =>
    existsSync(join(temp.path, 'out', name)) ? readdirSync(join(temp.path, 'out', name)) : [];
  const noImage = (name: string): void =>
    assert.deepEqual(
      outOf(name).filter((file) => /qcow2|raw|unfinished|manifest/.test(file)),
      [],
    );

  test('Kubernetes can’t be reached: one line that names the ways out, exit code 3', async () => {
    const name = profile(
      'unreachable',
      `extends: worker\nkubernetes:\n  source:\n    url: https://127.0.0.1:9/{minor}/deb/\n    keyUrl: https://127.0.0.1:9/key\n    fingerprint: ${'A'.repeat(40)}\n`,
    );
    const done = await bakeProcess(['--profile', name], temp.path);
    assert.equal(done.exitCode, 3, done.stderr);
    const [line = '', ...rest] = done.stderr.trim().split('\n');
    assert.match(
      line,
      /unreachable\.yaml:\d+:\d+: can’t reach 127\.0\.0\.1:9: .*mirror.*binaries.*--stand-in/,
    );
    assert.deepEqual(rest, []);
    noImage('unreachable');
  });

  test('no network at all: exit code 3, and what failed', async () => {
    const done = await run(
      'unshare',
      ['--net', process.execPath, MAIN, '--profile', 'haproxy', '--out', 'out-offline'],
      {
        cwd: temp.path,
        env: { XDG_CACHE_HOME: join(temp.path, 'empty-cache') },
        okCodes: [3],
      },
    );
    assert.match(done.stderr, /^error: can’t bootstrap trixie: .*resolving.*is the network up/);
    assert.deepEqual(await leftovers(temp.path), []);
  });

  test('a base image with another sha256 is refused, exit code 3; nothing of it is kept', async () => {
    writeFileSync(join(served, 'base.qcow2'), 'not what was promised');
    const name = profile(
      'wrong-base',
      `extends: haproxy\nimage:\n  base:\n    url: ${origin}/base.qcow2\n    sha256: '${'0'.repeat(64)}'\n`,
    );
    const cache = join(temp.path, 'wrong-base-cache');
    const done = await bakeProcess(['--profile', name], temp.path, { XDG_CACHE_HOME: cache });
    assert.equal(done.exitCode, 3, done.stderr);
    assert.match(done.stderr, /its sha256 is [0-9a-f]{64}, not 0{64}; nothing of it is used/);
    noImage('wrong-base');
    assert.deepEqual(
      existsSync(join(cache, 'bake/downloads')) ? readdirSync(join(cache, 'bake/downloads')) : [],
      [],
    );
  });

  test('a local base image with another sha256 is refused, exit code 1', async () => {
    writeFileSync(join(temp.path, 'local.raw'), 'not what was promised');
    const name = profile(
      'wrong-file',
      `extends: haproxy\nimage:\n  base:\n    file: local.raw\n    sha256: '${'0'.repeat(64)}'\n`,
    );
    const done = await bakeProcess(['--profile', name], temp.path);
    assert.equal(done.exitCode, 1, done.stderr);
    assert.match(
      done.stderr,
      /wrong-file\.yaml:3:3: image\.base local\.raw: .*its sha256 is [0-9a-f]{64}, not 0{64}/,
    );
    noImage('wrong-file');
  });

  test('a local base image without a disk in it is refused, exit code 1, by the name that the person gave it', async () => {
    const content = 'no disk at all\n'.repeat(100);
    writeFileSync(join(temp.path, 'no-disk.raw'), content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const name = profile(
      'no-disk',
      `extends: haproxy\nimage:\n  base:\n    file: no-disk.raw\n    sha256: '${sha256}'\n`,
    );
    const done = await bakeProcess(['--profile', name], temp.path);
    assert.equal(done.exitCode, 1, done.stderr);
    assert.match(done.stderr, /no-disk\.yaml:3:3: image\.base no-disk\.raw: no partition table/);
    assert.doesNotMatch(done.stderr, /\/proc\/|head\.raw/);
    assert.deepEqual(outOf('no-disk'), [], 'no plan lies where there is no image of it');
  });

  test('a repository of one’s own is believed for its key, and not for another', async () => {
    const repository = await signedRepository(join(served, 'repo'), '1.35.8-1.1');
    const text = (fingerprint: string): string =>
      `extends: worker\nkubernetes:\n  source:\n    url: ${origin}/repo/\n    suite: ./\n    keyUrl: ${origin}/repo/key.asc\n    fingerprint: ${fingerprint}\n`;
    const wrong = await bakeProcess(['--profile', profile('wrong-key', text('B'.repeat(40)))], temp.path);
    assert.equal(wrong.exitCode, 3, wrong.stderr);
    assert.match(
      wrong.stderr,
      /wrong-key\.yaml:\d+:\d+: the step .* failed: the repository .* is not signed by the key that the profile pins; nothing of it was installed/,
    );
    noImage('wrong-key');
    const right = await bakeProcess(
      ['--profile', profile('right-key', text(repository.fingerprint))],
      temp.path,
    );
    assert.equal(right.exitCode, 0, right.stderr);
    const manifest = JSON.parse(readFileSync(join(temp.path, 'out/right-key/manifest.json'), 'utf8')) as {
      standIn: boolean;
      packages: { name: string; version: string }[];
    };
    assert.equal(manifest.standIn, false);
    assert.equal(manifest.packages.find(({ name }) => name === 'kubelet')?.version, '1.35.8-1.1');
  });

  test('an artifact with another sha256 is not installed', async () => {
    const name = profile('binaries', 'extends: worker\nkubernetes:\n  source: binaries\n');
    const compiled = await bakeProcess(['compile', '--profile', name], temp.path);
    assert.equal(compiled.exitCode, 0, compiled.stderr);
    // The helpers as they are shipped, asked for a file whose checksum is wrong and then for the same with the right one.
    const script = readFileSync(join(temp.path, 'out/binaries/provision.sh'), 'utf8');
    const helpers = script.slice(0, script.indexOf('\nbake_begin "$@"'));
    const content = '#!/bin/sh\necho kubeadm\n';
    writeFileSync(join(served, 'kubeadm'), content);
    const target = join(temp.path, 'installed');
    const sha256 = createHash('sha256').update(content).digest('hex');
    const attempt = (sum: string) =>
      run(
        'bash',
        [
          '-c',
          `${helpers}\nBAKE_WORK=${temp.path}/work\nsleep() { :; }\nbake_install_file ${origin}/kubeadm ${sum} ${target}`,
        ],
        { okCodes: [0, 1] },
      );
    const refused = await attempt('0'.repeat(64));
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stderr, /the sha256 of \S+ is not 0{64}; nothing of it is used/);
    assert.equal(existsSync(target), false);
    const taken = await attempt(sha256);
    assert.equal(taken.exitCode, 0, taken.stderr);
    assert.equal(readFileSync(target, 'utf8'), content);
  });

  test('an output folder that another bake writes to: exit code 3', async () => {
    const folder = join(temp.path, 'out/haproxy');
    mkdirSync(folder, { recursive: true });
    const holder = spawn('flock', ['--exclusive', '--no-fork', folder, 'sleep', '60'], { stdio: 'ignore' });
    try {
      await new Promise((resolve) => setTimeout(resolve, 500));
      const done = await bakeProcess(['--profile', 'haproxy'], temp.path);
      assert.equal(done.exitCode, 3, done.stderr);
      assert.match(done.stderr, /another bake is writing to .*out\/haproxy/);
    } finally {
      holder.kill('SIGKILL');
    }
  });

  test('a disk that is too small for it: exit code 3, with how much is needed and where', async () => {
    const small = join(temp.path, 'small');
    mkdirSync(small);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=200m', 'bake-test', small]);
    try {
      const done = await bakeProcess(
        ['--profile', 'haproxy', '--out', join(temp.path, 'out-small')],
        temp.path,
        { XDG_CACHE_HOME: small },
      );
      assert.equal(done.exitCode, 3, done.stderr);
      assert.match(done.stderr, /not enough room in .*small.*: about .* needed, .* free/);
    } finally {
      await run('umount', [small]);
    }
  });

  test('Ctrl-C at ten points of a real bake leaves nothing, and the next bake succeeds', async (t) => {
    const name = profile('interrupted', 'extends: haproxy\nsystem:\n  timezone: Europe/Berlin\n');
    // Where it is interrupted: at the start of the step this far into the plan (the last one is the disk image). In rising
    // order, since an interrupted bake keeps the layers that it has finished and does not come by their steps again.
    const points = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
    // A cache of its own below the watched folder: layers are made there, and other bakes are not.
    const env = { XDG_CACHE_HOME: join(temp.path, 'interrupted-cache') };
    const work = join(env.XDG_CACHE_HOME, 'bake/work');
    const left = async (): Promise<string[]> => [...(await leftovers(temp.path)), ...readdirSync(work)];
    let hit = 0;
    for (const point of points) {
      const code = await interruptAt(['--profile', name, '--json'], temp.path, point, env);
      if (code === 3) hit++;
      noImage('interrupted');
      assert.deepEqual(await left(), []);
    }
    t.diagnostic(`${hit} of ${points.length} were interrupted`);
    assert.equal(hit, points.length);
    const done = await bakeProcess(['--profile', name], temp.path, env);
    assert.equal(done.exitCode, 0, done.stderr);
    assert.ok(existsSync(join(temp.path, 'out/interrupted/interrupted.qcow2')));
    assert.deepEqual(await left(), []);
  });

  test('bake … | head: a reader that leaves stops it in good order', async () => {
    const name = profile('unread', 'extends: haproxy\n');
    const child = spawn(process.execPath, [MAIN, '--profile', name, '--json'], { cwd: temp.path });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.on('close', resolve));
    assert.equal(code, 3, said);
    assert.match(said, /nothing is left half done/);
    noImage('unread');
    assert.deepEqual(await leftovers(temp.path), []);
  });
});

/** Sends SIGINT when the step at `share` (0 to 1) of all steps starts; the command's exit code. */
function interruptAt(
  args: readonly string[],
  cwd: string,
  share: number,
  env: Readonly<Record<string, string>>,
): Promise<number | null> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  createInterface(child.stdout).on('line', (line) => {
    const { event, n, of } = JSON.parse(line) as { event: string; n: number; of: number };
    if (event === 'step-start' && n >= Math.ceil(of * share)) child.kill('SIGINT');
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
}
