import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../../src/adapters/process.ts';
import { ROOT } from '../support/programs.ts';
import { inTempFolder } from '../support/temp-folder.ts';

/** The helpers of provision.sh with a folder for stamps, a fetch of local files that counts, and no change of owners. */
const INSTALL = `
set -euo pipefail
. "$1/userdata/provision.sh"
BAKE_WORK=$2/work BAKE_ARTIFACTS=$2/stamps
bake_fetch() { mkdir -p "$BAKE_WORK"; cp -- "$1" "$2"; echo fetched; }
bake_own() { chmod -- "$2" "$1"; }
bake_install_archive "\${@:3}"
`;

test('an archive’s members are its own after every run, whatever was there before', async () => {
  await inTempFolder(async (folder) => {
    const bin = join(folder, 'bin');
    const archive = async (name: string): Promise<readonly [path: string, sha256: string]> => {
      const path = join(folder, `${name}.tar`);
      mkdirSync(join(folder, name, 'top'), { recursive: true });
      for (const member of ['one', 'two'])
        writeFileSync(join(folder, name, 'top', member), `${member} of ${name}`);
      await run('tar', ['--create', '--file', path, '--directory', join(folder, name), 'top']);
      return [path, (await run('sha256sum', [path])).stdout.slice(0, 64)];
    };
    const install = async (of: readonly [string, string], members = ['top/one', 'top/two']) => {
      const words = ['tools', ...of, bin, '1', ...members];
      const said = await run('bash', ['-c', INSTALL, 'bash', ROOT, folder, ...words]);
      return said.stdout.includes('fetched');
    };
    const contents = (): string[] =>
      ['one', 'two'].map((name) =>
        existsSync(join(bin, name)) ? readFileSync(join(bin, name), 'utf8') : 'none',
      );
    const a = await archive('a');
    const b = await archive('b');

    assert.equal(await install(a, ['top/one']), true);
    assert.deepEqual(contents(), ['one of a', 'none']);
    assert.equal(await install(a), true, 'a member more');
    assert.deepEqual(contents(), ['one of a', 'two of a']);
    assert.equal(await install(a), false, 'nothing to do');
    assert.equal(await install(b), true);
    assert.deepEqual(contents(), ['one of b', 'two of b']);
    assert.equal(await install(a), true, 'back to the first');
    assert.deepEqual(contents(), ['one of a', 'two of a']);
    rmSync(join(bin, 'two'));
    assert.equal(await install(a), true, 'a member was deleted');
    assert.deepEqual(contents(), ['one of a', 'two of a']);
    writeFileSync(join(bin, 'one'), 'somebody else’s');
    assert.equal(await install(a), true, 'a member was changed');
    assert.deepEqual(contents(), ['one of a', 'two of a']);
    assert.equal(await install(a), false);
  });
});
