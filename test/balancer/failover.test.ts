import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../../src/adapters/process.ts';
import { leftovers } from '../support/leftovers.ts';
import { ROOT } from '../support/programs.ts';
import { inTempFolder } from '../support/temp-folder.ts';
import { makeAuthority } from './authority.ts';
import type { Measured } from './lab.ts';

/** Links and namespaces that have names, and processes with the lab's mark in their environment: what it could leave behind. */
async function traces(mark: string): Promise<string[]> {
  const links = JSON.parse((await run('ip', ['-json', 'link', 'show'])).stdout) as { ifname: string }[];
  const named = (await run('ip', ['netns', 'list'])).stdout.split('\n');
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark);
      } catch {
        return false;
      }
    });
  return [...links.map(({ ifname }) => ifname), ...named, ...processes].sort();
}

test('two balancers and three masters: the address moves, dead masters are left alone, a reload cuts nobody off', async (t) => {
  await inTempFolder(async (folder) => {
    const mark = `BAKE_LAB=${folder}`;
    const before = await traces(mark);
    let most = 0;
    const counting = setInterval(
      () => void traces(mark).then(({ length }) => (most = Math.max(most, length))),
      5000,
    );
    await makeAuthority(folder);
    const args = ['--net', '--mount', '--pid', '--fork', '--mount-proc', '--kill-child', process.execPath];
    const { stdout } = await run(
      'unshare',
      [...args, '--import', 'tsx', join(ROOT, 'test/balancer/lab.ts'), folder],
      { cwd: ROOT, env: { BAKE_LAB: folder }, timeoutMs: 400_000 },
    );
    clearInterval(counting);
    const measured = JSON.parse(stdout) as Measured;
    for (const [what, value] of Object.entries(measured)) t.diagnostic(`${what}: ${JSON.stringify(value)}`);

    assert.ok(measured.heldWithoutMasters < 10, 'somebody holds the address before there is a cluster');
    assert.deepEqual(measured.scriptUsers, [64001], 'check scripts run as nobody else');
    for (const said of measured.disbelieved) assert.match(said, /^DOWN .*SSL/);
    assert.ok(measured.haproxyKilled.seconds < 4);
    assert.ok(measured.machineOff.seconds < 4);
    assert.ok(measured.cutOffFromMasters.seconds < 15);
    assert.notEqual(measured.haproxyKilled.holder, measured.firstHolder);
    assert.equal(measured.holderAfterReturn, measured.haproxyKilled.holder, 'nopreempt: it stays');
    for (const what of ['notReady', 'masterKilled', 'masterHung', 'masterOff'] as const)
      assert.ok(measured[what] < 5, `${what}: ${measured[what]} s`);
    assert.ok(measured.drained < 6, 'clients of a dead master are told');
    assert.ok(measured.undisturbed, 'those of the others are not');
    assert.deepEqual(
      { open: measured.reload.open, alive: measured.reload.alive },
      { open: 2000, alive: 2000 },
    );
    assert.equal(measured.reload.workers, 2, 'the old worker keeps them, a new one has taken over');
    assert.equal(measured.reload.failed, 0, 'no new connection fails meanwhile');

    assert.deepEqual(await leftovers(folder), []);
    assert.ok(most >= before.length + 10, 'the lab’s processes can be told by their mark');
    assert.deepEqual(await traces(mark), before);
  });
});
