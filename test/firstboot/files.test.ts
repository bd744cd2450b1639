import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../../src/adapters/process.ts';
import { ROOT } from '../support/programs.ts';
import { inTempFolder } from '../support/temp-folder.ts';

/** files.sh with what firstboot brings; files under /etc are the machine's, in a mount of the test's own. */
const SCRIPT = `
set -euo pipefail
input=$1/input memory=$1/memory
mount -t tmpfs tmpfs /etc/systemd
mount -t tmpfs tmpfs /mnt
put() { install -m "\${2:-0644}" /dev/fd/0 "$1"; }
recall() { if [ -e "$memory/$1" ]; then cat "$memory/$1"; fi; }
note() { :; }
say() { :; }
not_yet() { exit 75; }
systemctl() { echo "systemctl $*"; }
. "$2/userdata/firstboot/files.sh"
install_files
echo again
install_files
ls "$memory"
`;

/** What a machine does about one file that a unit reads: at once, and when it is told again. */
async function installing(path: string): Promise<string> {
  return inTempFolder(async (folder) => {
    for (const name of ['input/files', 'memory']) mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, 'input/files/list'), `0644 root root 1 ${path} some.service\n`);
    writeFileSync(join(folder, 'input/files/1'), 'text\n');
    const { stdout } = await run('unshare', ['--mount', 'bash', '-c', SCRIPT, 'bash', folder, ROOT]);
    return stdout;
  });
}

for (const [what, path, reload] of [
  ['settings are new is restarted', '/mnt/some.conf', ''],
  [
    'drop-in is new is read anew before',
    '/etc/systemd/system/some.service.d/x.conf',
    'systemctl daemon-reload\n',
  ],
] as const) {
  test(`a unit whose ${what}, once`, async () => {
    assert.equal(await installing(path), `${reload}systemctl try-restart some.service\nagain`);
  });
}
