import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { run } from '../../src/adapters/process.ts';
import { HOLD } from '../../src/rehearse/ground.ts';
import { SEARCH } from '../../src/rehearse/leftovers.ts';
import { CUT, INIT, START } from '../../src/rehearse/nspawn/scripts.ts';
import { AGENT, boothook } from '../../src/rehearse/qemu/guest.ts';
import { inTempFolder } from '../support/temp-folder.ts';

const SCRIPTS = {
  'what holds a rehearsal': `#!/bin/sh\n${HOLD}`,
  'what cuts the power of a container': `#!/bin/bash\n${CUT}`,
  'what starts a container': `#!/bin/bash\n${START}`,
  'the first program of a container': INIT,
  'what searches for secrets': `#!/bin/bash
${SEARCH}`,
  'the agent of a virtual machine': AGENT,
  'the boothook of a virtual machine': boothook('ssh-ed25519 AAAA rehearsal').replace(
    '#cloud-boothook\n',
    '',
  ),
};

describe('scripts of the engines pass ShellCheck', () => {
  for (const [name, text] of Object.entries(SCRIPTS)) {
    it(name, async () => {
      await run('shellcheck', ['-'], { input: text });
    });
  }
});

describe('what cuts the power of a container', () => {
  it('is not stopped by control groups that go away while it looks through them', async () => {
    await inTempFolder(async (folder) => {
      const sleeper = spawn('sleep', ['60'], { stdio: 'ignore' });
      const ended = once(sleeper, 'exit');
      // As find does then: it tells what it has found, and fails.
      const find = `#!/bin/bash
case $* in *cgroup.procs*) ! kill -0 ${sleeper.pid} 2>/dev/null || echo ${sleeper.pid} ;; esac
exit 1
`;
      writeFileSync(join(folder, 'find'), find, { mode: 0o755 });
      const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}` };
      await run('bash', ['-c', CUT, 'cut', 'group', 'machine'], { env });
      assert.deepEqual(await ended, [null, 'SIGKILL']);
    });
  });
});

describe('the search for secrets', () => {
  const search = async (files: Readonly<Record<string, string>>, needed: readonly string[] = []) =>
    inTempFolder(async (folder) => {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      const words = [
        ...needed.map((path) => join(folder, path)),
        '--',
        join(folder, 'etc'),
        join(folder, 'none'),
      ];
      const { stdout } = await run('bash', ['-c', SEARCH, 'search', ...words], {
        input: 'Xk4-secret\nother-one\n',
      });
      return stdout.replaceAll(`${folder}/`, '').split('\n').filter(Boolean).sort();
    });

  it('tells the file and what is in it, whatever else is', async () => {
    const files = {
      'etc/a b/c': 'x\0\xff Xk4-secret\nother-one',
      "etc/it's": 'Xk4-secret',
      'etc/clean': 'Xk4-',
      'var/c': 'Xk4-secret',
    };
    assert.deepEqual(await search(files), [
      'etc/a b/c\0Xk4-secret',
      'etc/a b/c\0other-one',
      "etc/it's\0Xk4-secret",
    ]);
  });

  it('leaves out the folders in which secrets are needed, and no others', async () => {
    const files = { 'etc/kubernetes/pki': 'Xk4-secret', 'etc/kubernetes-old/pki': 'Xk4-secret' };
    assert.deepEqual(await search(files, ['etc/kubernetes', 'etc/haproxy']), [
      'etc/kubernetes-old/pki\0Xk4-secret',
    ]);
  });

  it('finds nothing where nothing is', async () => {
    assert.deepEqual(await search({ 'etc/clean': 'Xk4-' }), []);
    assert.deepEqual(await search({}), []);
    const nothing = run('bash', ['-c', SEARCH, 'search', '--', '/etc/hosts'], { input: '' });
    await assert.rejects(nothing, 'a search for nothing proves nothing');
  });
});
