import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { bakeProcess, ROOT } from '../support/programs.ts';
import { rehearsal } from '../support/rehearsal.ts';
import { Remains } from '../support/remains.ts';

/** The cluster of `bake init --cluster`: two balancers, three masters, two workers; with stand-ins. */
describe('a whole cluster of stand-ins', () => {
  const folder = mkdtempSync(join('/var/tmp', 'bake-test-cluster-'));
  before(async () => {
    for (const args of [
      ['init', '--cluster', '.'],
      ['secrets', 'new', '--cluster', 'cluster.yaml', '--init-window', '3h'],
    ]) {
      const done = await bakeProcess(args, folder);
      assert.equal(done.exitCode, 0, done.stderr);
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const role of ['haproxy', 'master', 'worker']) {
    test(`an image of its ${role}s is baked by a command of its own`, async () => {
      const standIn = role === 'haproxy' ? [] : ['--stand-in'];
      const done = await bakeProcess(['--profile', `${role}.yaml`, ...standIn], folder);
      assert.equal(done.exitCode, 0, done.stderr);
      assert.ok(existsSync(join(folder, 'out', role, `${role}.qcow2`)));
    });
  }

  test('powered on together as containers: one cluster, everyone ready, the virtual IP served', async (t) => {
    const args = ['--stand-in', '--engine', 'nspawn', '--timeout', '15m'];
    const { checks } = await rehearsal(t, folder, args, { machines: 7 });
    // This is `kubectl get nodes` on a master: three masters and two workers.
    const nodes = checks.find(({ title }) => title === 'every node is Ready');
    assert.deepEqual([nodes?.status, nodes?.detail], ['pass', '5 nodes']);
  });

  test('the same while power is cut, a cable pulled, the first master and a balancer lost', async (t) => {
    const chaos = ['--chaos', '--seed', process.env['BAKE_TEST_SEED'] ?? '7'];
    await rehearsal(t, folder, ['--stand-in', '--engine', 'nspawn', '--timeout', '15m', ...chaos], {
      machines: 7,
    });
  });

  for (const engine of ['nspawn', 'qemu'] as const)
    test(`Ctrl-C while machines of ${engine} come up leaves nothing`, async () => {
      const remains = new Remains(join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'bake'));
      const args = ['rehearse', '--cluster', 'cluster.yaml', '--json', '--stand-in', '--engine', engine];
      const child = spawn(process.execPath, [join(ROOT, 'dist/cli/main.js'), ...args], { cwd: folder });
      let said = '';
      child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
      let there: readonly string[] = [];
      createInterface(child.stdout).on('line', (line) => {
        if (there.length > 0 || (JSON.parse(line) as { event: string }).event !== 'state') return;
        there = ['asked'];
        void remains.now().then((found) => {
          there = found;
          child.kill('SIGINT');
        });
      });
      const code = await new Promise((resolve) => child.on('close', resolve));
      assert.equal(code, 3, said);
      assert.ok(there.length > 1, 'there is something to leave');
      assert.deepEqual(await remains.settled(), []);
    });

  test('powered on together as virtual machines', async (t) => {
    await rehearsal(t, folder, ['--stand-in', '--engine', 'qemu'], { machines: 7 });
  });
});
