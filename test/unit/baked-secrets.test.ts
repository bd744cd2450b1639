import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { makeClusterSecrets } from '../../src/secrets/make.ts';
import type { ClusterSecrets } from '../../src/secrets/cluster-secrets.ts';
import { secretsText } from '../../src/secrets/write.ts';
import { bake, type CliResult } from '../support/cli.ts';
import { inTempFolder } from '../support/temp-folder.ts';

const PASSWORD = 'Tr0ubador-and-3-staples';

let cluster: ClusterSecrets;
before(async () => {
  cluster = await makeClusterSecrets({
    cluster: 'demo',
    now: new Date(),
    initWindowSeconds: 3600,
    tokenTtlSeconds: 86_400,
  });
});

/** Compiles a worker with a file of its own in the image, and with a secrets file. */
const compiled = (content: string, args: readonly string[] = []): Promise<CliResult> =>
  inTempFolder((folder) => {
    mkdirSync(join(folder, 'etc'));
    writeFileSync(join(folder, 'etc/pasted.conf'), content);
    writeFileSync(
      join(folder, 'mine.yaml'),
      'extends: worker\nfiles:\n  - path: /etc/pasted.conf\n    source: etc/pasted.conf\n',
    );
    const registries = { harbor: { username: 'robot', password: PASSWORD } };
    writeFileSync(join(folder, 'secrets.yaml'), secretsText({ registries, cluster }), { mode: 0o600 });
    return bake(['compile', '--profile', './mine.yaml', '--secrets', 'secrets.yaml', ...args], folder);
  });

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const zipped = (text: string): string => gzipSync(text).toString('base64');
/** Not at the begin, so that no three bytes of the value are those of its own base64. */
const around = (value: string): string => `user = "robot"\nx = "${value}"\nmore = 1\n`;

describe('a value of the secrets file in what is baked is refused', () => {
  const values: readonly (readonly [name: string, value: () => string])[] = [
    ['password', () => PASSWORD],
    ['token', () => cluster.bootstrapToken.token],
    ['stats password', () => cluster.statsPassword],
  ];
  const forms: readonly (readonly [form: string, write: (value: string) => string])[] = [
    ['plain', around],
    ['in base64', (value) => `blob: ${base64(around(value))}\n`],
    ['in gzip in base64', (value) => `blob: ${zipped(around(value))}\n`],
    ['in gzip in base64 in base64', (value) => `blob: ${base64(zipped(around(value)))}\n`],
  ];
  for (const [name, value] of values)
    for (const [form, write] of forms)
      test(`${name}, ${form}`, async () => {
        const { code, err, out } = await compiled(write(value()));
        assert.equal(code, 1, err);
        assert.equal(out, '');
        assert.match(err, /error\[B408\]/);
        // The step and the place in the profile that bring it there.
        assert.match(err, /\/etc\/pasted\.conf/);
        assert.match(err, /mine\.yaml:[34]:/);
        assert.ok(!err.includes(value()), 'and not shown');
      });
});

test('a value of another secrets file is not looked for, and what holds none is compiled', async () => {
  const { code, err } = await compiled(around('another-password-of-somebody'));
  assert.equal(code, 0, err);
});

test('only what is baked is searched: user-data holds the values', async () => {
  await inTempFolder(async (folder) => {
    writeFileSync(
      join(folder, 'mine.yaml'),
      'extends: worker\nruntime: { registries: [{ host: harbor.example.com, credentials: harbor }] }\n',
    );
    const registries = { harbor: { username: 'robot', password: PASSWORD } };
    writeFileSync(join(folder, 'secrets.yaml'), secretsText({ registries, cluster }), { mode: 0o600 });
    const { code, err } = await bake(['compile', '-p', './mine.yaml', '--secrets', 'secrets.yaml'], folder);
    assert.equal(code, 0, err);
  });
});

test('nor may a cluster’s machine have one in its image', async () => {
  await inTempFolder(async (folder) => {
    writeFileSync(
      join(folder, 'cluster.yaml'),
      'name: demo\nprofiles: { worker: ./mine.yaml }\nnodes: [{ name: m, role: master, address: 10.0.0.11 }]\ncounts: { worker: 1 }\naddons: []\n',
    );
    writeFileSync(
      join(folder, 'mine.yaml'),
      `extends: worker\nfiles:\n  - { path: /etc/pasted.conf, content: 'x: ${base64(around(PASSWORD))}' }\n`,
    );
    const registries = { harbor: { username: 'robot', password: PASSWORD } };
    writeFileSync(join(folder, 'secrets.yaml'), secretsText({ registries, cluster }), { mode: 0o600 });
    const { code, err } = await bake(['cluster', 'render'], folder);
    assert.equal(code, 1, err);
    assert.match(err, /error\[B408\]: the .* stands in what is baked/);
    assert.match(err, /mine\.yaml:3/);
  });
});
