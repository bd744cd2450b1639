import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { bakeProcess } from '../support/programs.ts';
import { rehearsal } from '../support/rehearsal.ts';

/** States of first boot, before it has begun and while it runs. */
const STATES = ['starting', 'prepare', 'balance', 'decide', 'init', 'addons', 'join', 'scrub'];

/** One machine of each role, of stand-ins: whatever the power does to disks, firmware and kernels, it does to these. */
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
    const { checks } = await rehearsal(t, folder, args, { machines: 3 });
    const cuts = checks.find(({ title }) => title.startsWith('machines that lost their power'));
    // A state of a second may be over before anybody has looked.
    const seen = STATES.filter((state) => cuts?.detail.includes(state));
    assert.ok(seen.length >= STATES.length - 2, cuts?.detail);
  });
});
