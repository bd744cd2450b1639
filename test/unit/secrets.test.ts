import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { run } from '../../src/adapters/process.ts';
import { bake } from '../support/cli.ts';
import { inTempFolder } from '../support/temp-folder.ts';

const PASSWORD = 'correct: horse "battery" {{staple}} $(x)';

async function compiled(
  secrets: string,
  mode: number,
  look: (folder: string, result: { code: number; out: string; err: string }) => void,
): Promise<void> {
  await inTempFolder(async (folder) => {
    const registries =
      'runtime:\n  registries:\n    - {host: "harbor.example.com:8443", credentials: harbor}\n';
    writeFileSync(join(folder, 'mine.yaml'), `extends: worker\n${registries}`);
    writeFileSync(join(folder, 'secrets.yaml'), secrets);
    chmodSync(join(folder, 'secrets.yaml'), mode);
    const result = await bake(['compile', '-p', './mine.yaml', '--secrets', 'secrets.yaml'], folder);
    look(folder, result);
  });
}

const text = `registries:\n  harbor:\n    username: robot\n    password: ${JSON.stringify(PASSWORD)}\n`;

test('credentials are in user-data, which is 0600, and in nothing else', async () => {
  await compiled(text, 0o600, (folder, { code, err }) => {
    assert.equal(code, 0, err);
    const out = join(folder, 'out/mine');
    const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) =>
      statSync(join(out, name)).isFile(),
    );
    for (const name of files) {
      const isUserData = name.startsWith('user-data');
      assert.equal(
        statSync(join(out, name)).mode & 0o077,
        isUserData ? 0 : 0o055 & statSync(join(out, name)).mode,
        name,
      );
      const content = readFileSync(join(out, name), 'utf8');
      assert.equal(content.includes('battery'), isUserData, name);
    }
    for (const name of ['user-data', 'user-data.stock']) {
      const config = parse(readFileSync(join(out, name), 'utf8')) as {
        write_files: { path: string; content: string; permissions: string }[];
        runcmd: string[][];
      };
      const given = config.write_files.find(
        ({ path }) => path === '/etc/bake/registries/harbor.example.com:8443.json',
      );
      assert.equal(given?.permissions, '0600');
      assert.deepEqual(JSON.parse(given?.content ?? ''), { username: 'robot', password: PASSWORD });
      // After the script that makes a stock machine, which brings the program.
      assert.deepEqual(config.runcmd.at(-1), ['/usr/lib/bake/registry-login', 'harbor.example.com:8443']);
    }
  });
});

test('git never sees them: the folder that holds them gets a line in .gitignore, once', async () => {
  await inTempFolder(async (folder) => {
    await run('git', ['-C', folder, 'init', '-q']);
    writeFileSync(join(folder, 'mine.yaml'), 'extends: worker\n');
    const secrets = join(folder, '.git/secrets.yaml');
    writeFileSync(secrets, text, { mode: 0o600 });
    const compile = (...more: readonly string[]) => bake(['compile', '-p', './mine.yaml', ...more], folder);
    const without = await compile();
    assert.equal(without.code, 0, without.err);
    assert.ok(!existsSync(join(folder, 'out/.gitignore')), 'nothing is secret yet');
    const first = await compile('--secrets', secrets);
    assert.equal(first.code, 0, first.err);
    assert.match(first.err, /^Added out\/mine to out\/\.gitignore, so that git leaves it alone\.$/m);
    const second = await compile('--secrets', secrets);
    assert.doesNotMatch(second.out + second.err, /gitignore/);
    assert.equal(readFileSync(join(folder, 'out/.gitignore'), 'utf8'), '/mine\n');
    const { stdout } = await run('git', ['-C', folder, 'status', '--porcelain', '-uall']);
    assert.equal(stdout.trim(), '?? mine.yaml\n?? out/.gitignore');
  });
});

test('a secrets file that others can read is refused', async () => {
  await compiled(text, 0o644, (_folder, { code, err }) => {
    assert.equal(code, 1);
    assert.match(err, /others can read it \(mode 0644\); chmod 600 secrets\.yaml/);
  });
});

test('a name that the secrets file does not have is an error at the profile’s line', async () => {
  await compiled('registries:\n  other: {username: a, password: b}\n', 0o600, (_folder, { code, err }) => {
    assert.equal(code, 1);
    assert.match(
      err,
      /mine\.yaml:4:54: error\[B411\]: the secrets file has no registry credentials named "harbor"/,
    );
    assert.match(err, /it has: other/);
  });
});

test('no error about the secrets file shows a value of it', async () => {
  for (const wrong of [
    'registries:\n  harbor: {username: a, pasword: hidden}\n',
    'registries: [hidden\n',
    'registries: hidden\n',
  ]) {
    await compiled(wrong, 0o600, (_folder, { code, err }) => {
      assert.equal(code, 1);
      assert.match(err, /secrets\.yaml:\d+:\d+/);
      assert.doesNotMatch(err, /hidden/);
    });
  }
});
