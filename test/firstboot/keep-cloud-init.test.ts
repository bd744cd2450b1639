import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../support/programs.ts';

/**
 * Runs keep-cloud-init over a folder in memory with one instance, whose merged cloud-config this is. What is in the folder when
 * its memory is gone is what the disk has.
 */
function kept(cloudConfig: string, look: (instances: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'bake-keep-'));
  const instances = join(folder, 'instances');
  mkdirSync(instances);
  const script = `
    set -euo pipefail
    mount -t tmpfs tmpfs "$1"
    mkdir -p "$1/i-1/sem"
    printf '%s' "$2" >"$1/i-1/cloud-config.txt"
    chmod 0600 "$1/i-1/cloud-config.txt"
    touch "$1/i-1/sem/config_ssh"
    BAKE_INSTANCES=$1 bash "$3"`;
  try {
    const { status, stderr } = spawnSync(
      'unshare',
      [
        '--mount',
        'bash',
        '-c',
        script,
        'keep',
        instances,
        cloudConfig,
        join(ROOT, 'userdata/firstboot/keep-cloud-init'),
      ],
      { encoding: 'utf8' },
    );
    assert.equal(status, 0, stderr);
    look(instances);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('keep-cloud-init moves an instance to the disk on a machine of no cluster', () => {
  kept('#cloud-config\nhostname: one\n', (instances) => {
    assert.ok(existsSync(join(instances, 'i-1/sem/config_ssh')));
    assert.match(readFileSync(join(instances, 'i-1/cloud-config.txt'), 'utf8'), /hostname: one/);
  });
});

test('keep-cloud-init leaves user-data of a cluster in memory', () => {
  kept('#cloud-config\nwrite_files:\n- path: /run/bake/firstboot/machine.env\n', (instances) => {
    assert.ok(!existsSync(join(instances, 'i-1')));
    assert.ok(!existsSync(`${instances}.new`));
  });
});
