import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runCli } from '../../src/cli/run.ts';
import { inTempFolder } from '../support/temp-folder.ts';

async function script(shell: string): Promise<string> {
  let said = '';
  assert.equal(await runCli(['completion', shell], { out: (text) => (said += text) }), 0);
  return said;
}

/** What bash offers at the end of this line, in a folder with mine.yaml and the folder images. */
async function offered(line: string): Promise<string[]> {
  const text = await script('bash');
  let found = '';
  await inTempFolder((folder) => {
    writeFileSync(join(folder, 'complete.sh'), text);
    const cwd = join(folder, 'here');
    mkdirSync(join(cwd, 'images'), { recursive: true });
    writeFileSync(join(cwd, 'mine.yaml'), '');
    const words = line.split(' ');
    const ask =
      'set -euo pipefail; . "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _bake; printf "%s\\n" "${COMPREPLY[@]}"';
    found = execFileSync('bash', ['-c', ask, 'ask', join(folder, 'complete.sh'), ...words], {
      cwd,
      encoding: 'utf8',
    });
  });
  return found.split('\n').filter((word) => word !== '');
}

describe('completion', () => {
  test('commands', async () => {
    const words = await offered('bake ');
    for (const word of ['compile', 'verify', 'secrets', 'completion']) assert.ok(words.includes(word), word);
    assert.deepEqual(await offered('bake comp'), ['compile', 'completion']);
    assert.deepEqual(await offered('bake secrets ro'), ['rotate']);
  });

  test('options of the command that is there', async () => {
    assert.deepEqual(await offered('bake --st'), ['--stand-in', '--strict']);
    assert.deepEqual(await offered('bake verify --firm'), ['--firmware']);
    assert.deepEqual(await offered('bake verify --stan'), []);
  });

  test('values', async () => {
    assert.deepEqual(await offered('bake verify --firmware '), ['bios', 'uefi', 'both']);
    assert.deepEqual(await offered('bake compile --profile m'), ['master', 'mine.yaml']);
    assert.deepEqual(await offered('bake -p hap'), ['haproxy']);
    assert.deepEqual(await offered('bake userdata --target v'), ['virtualbox', 'vmware', 'vsphere', 'vultr']);
    assert.deepEqual(await offered('bake userdata --form ov'), ['ovf-env', 'ovf-properties']);
    assert.deepEqual(await offered('bake --out '), ['images']);
    assert.deepEqual(await offered('bake verify im'), ['images']);
  });

  test('zsh takes the same by bashcompinit', async () => {
    assert.match(await script('zsh'), /^autoload -U \+X bashcompinit && bashcompinit\n/);
  });

  test('another shell is refused', async () => {
    let said = '';
    assert.equal(await runCli(['completion', 'tcsh'], { err: (text) => (said += text) }), 2);
    assert.match(said, /bash, zsh/);
  });
});
