import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../../src/adapters/process.ts';
import { ROOT } from '../support/programs.ts';
import { inTempFolder } from '../support/temp-folder.ts';

/** The helpers of provision.sh, with no change of owners. */
const FORGET = `
set -euo pipefail
. "$1/userdata/provision.sh"
bake_own() { chmod -- "$2" "$1"; }
bake_forget_initiator "$2" "$3"
`;

test('the name of an iSCSI initiator is forgotten in the way in which its system makes another', async () => {
  await inTempFolder(async (folder) => {
    const name = join(folder, 'initiatorname.iscsi');
    const unit = join(folder, 'iscsi-init.service');
    const forget = () => run('bash', ['-c', FORGET, 'bash', ROOT, name, unit]);

    await forget();
    assert.equal(existsSync(name), false, 'no storage client, no file');
    writeFileSync(name, 'InitiatorName=iqn.1993-08.org.debian:01:0123456789ab\n');
    await forget();
    await forget();
    assert.equal(readFileSync(name, 'utf8'), 'GenerateName=yes\n', 'Debian and Ubuntu');
    writeFileSync(name, 'InitiatorName=iqn.1994-05.com.redhat:0123456789ab\n');
    writeFileSync(unit, '');
    await forget();
    assert.equal(existsSync(name), false, 'the Red Hat family');
  });
});
