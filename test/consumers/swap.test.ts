import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { run } from '../../src/adapters/process.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { bake } from '../support/cli.ts';
import { inTempFolder } from '../support/temp-folder.ts';

/** cloud-init's own cc_mounts with the platform, /etc/fstab and commands in its hands stood in for. */
const CC_MOUNTS = `
import json, logging, sys
from types import SimpleNamespace
from cloudinit.config import cc_mounts

config, cc_mounts.FSTAB_PATH = json.loads(sys.argv[1]), sys.argv[2]
cc_mounts._is_block_device = lambda *_: True
cc_mounts._get_nth_partition_for_device = lambda *_: None
commands = []
cc_mounts.subp.subp = lambda command, **_: commands.append(command)
cloud = SimpleNamespace(
    device_name_to_device=lambda name: {"swap": "/dev/vdb"}.get(name),
    distro=SimpleNamespace(uses_systemd=lambda: True),
)
cc_mounts.handle("mounts", config, cloud, logging.getLogger(), [])
print(json.dumps(commands))
`;

describe('swap that the platform or user-data names', () => {
  test('cloud-init leaves the platform’s swap alone', async () => {
    await inTempFolder(async (folder) => {
      const plan = await planOf(folder);
      const config = plan.steps
        .map(({ step }) => step)
        .find((step) => step.kind === 'file' && step.input.path === '/etc/cloud/cloud.cfg.d/50-bake.cfg');
      assert.ok(config?.kind === 'file');
      const after = async (settings: unknown) => {
        const fstab = join(folder, 'fstab');
        writeFileSync(fstab, '');
        const said = await run('/usr/bin/python3', ['-c', CC_MOUNTS, JSON.stringify(settings), fstab]);
        return { fstab: readFileSync(fstab, 'utf8'), commands: JSON.parse(said.stdout) as string[][] };
      };
      const without = await after({});
      assert.match(without.fstab, /^\/dev\/vdb\tnone\tswap/m, 'this platform names swap');
      assert.ok(without.commands.some((command) => command.join(' ') === 'swapon -a'));
      assert.deepEqual(await after(parse(config.input.content)), { fstab: '', commands: [] });
    });
  });

  test('what user-data turns on is noticed by the unit, and its line in /etc/fstab is taken out', async () => {
    await inTempFolder(async (folder) => {
      const plan = await planOf(folder);
      const unit = plan.steps
        .map(({ step }) => step)
        .find((step) => step.kind === 'unit' && step.input.unit === 'bake-swap-off.service');
      assert.ok(unit?.kind === 'unit');
      const lines = unit.input.content.split('\n');
      const swaps = join(folder, 'swaps');
      const fstab = join(folder, 'fstab');
      const command = (start: string): string => {
        const found = lines.find((line) => line.startsWith(start));
        assert.ok(found, start);
        return found.replace(/^\w+=/, '').replace('/proc/swaps', swaps).replace('/etc/fstab', fstab);
      };
      const isNeeded = async (inUse: string, table: string): Promise<boolean> => {
        writeFileSync(swaps, `Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n${inUse}`);
        writeFileSync(fstab, table);
        const said = await run('sh', ['-c', command('ExecCondition=grep ')], { okCodes: [0, 1] });
        return said.exitCode === 0;
      };
      const root = 'UUID=1 / ext4 defaults,errors=remount-ro 0 1\n';
      const swap = '/swap.img\tnone\tswap\tsw,comment=cloudconfig\t0\t0\n';
      assert.equal(await isNeeded('', root), false);
      assert.equal(await isNeeded('', `${root}# bake: swap is off: ${swap}`), false);
      assert.equal(await isNeeded('/swap.img          file\t\t524284\t\t0\t\t-2\n', root), true);
      assert.equal(await isNeeded('/dev/vdb           partition\t524284\t\t0\t\t-2\n', root), true);
      assert.equal(await isNeeded('', root + swap), true);
      await run('sh', ['-c', command('ExecStart=sed ')]);
      assert.equal(readFileSync(fstab, 'utf8'), `${root}# bake: swap is off: ${swap}`);
      assert.ok(lines.includes('ExecStart=swapoff --all --verbose'));
    });
  });
});

async function planOf(folder: string): Promise<Plan> {
  const done = await bake(['plan', '--json', '--profile', 'worker'], folder);
  assert.equal(done.code, 0, done.err);
  return JSON.parse(done.out) as Plan;
}
