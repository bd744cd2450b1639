import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { bakeProcess } from '../support/programs.ts';
import { rehearsal } from '../support/rehearsal.ts';

/** All states of first boot but the last, by role. */
const STATES = [
  ...['haproxy: prepare', 'haproxy: balance', 'haproxy: scrub'],
  ...['worker: prepare', 'worker: join', 'worker: scrub'],
  ...['master: prepare', 'master: decide', 'master: init', 'master: addons', 'master: join', 'master: scrub'],
];

/** A balancer, two masters and a worker, of stand-ins: whatever the power does to disks, firmware and kernels, it does to these. */
describe('virtual machines whose power is cut', () => {
  const folder = mkdtempSync(join('/var/tmp', 'bake-test-cuts-'));
  before(async () => {
    cpSync(join(import.meta.dirname, 'power-cuts/cluster.yaml'), join(folder, 'cluster.yaml'));
    const secrets = ['secrets', 'new', '--cluster', 'cluster.yaml', '--init-window', '3h'];
    const done = await bakeProcess(secrets, folder);
    assert.equal(done.exitCode, 0, done.stderr);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('in each state of first boot become a cluster nevertheless', async (t) => {
    const chaos = ['--chaos', '--seed', process.env['BAKE_TEST_SEED'] ?? '7'];
    const args = ['--stand-in', '--engine', 'qemu', '--timeout', '30m', ...chaos];
    const { checks } = await rehearsal(t, folder, args, { machines: 4 });
    const cuts = checks.find(({ title }) => title.startsWith('machines that lost their power'));
    const were = cuts?.detail ?? '';
    assert.deepEqual(
      STATES.filter((state) => !were.includes(state)),
      [],
      were,
    );
  });
});
