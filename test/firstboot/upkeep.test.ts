import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ROOT } from '../support/programs.ts';

/** Says what a cluster of four nodes has, and writes down what it is told to do. */
const KUBECTL = `#!/bin/bash
case "$*" in
  *'get nodes'*)
    [ ! -e "$WORLD/no-answer" ] || exit 1
    cat <<'NODES'
{"items":[
  {"metadata":{"name":"m1","labels":{"kubernetes.io/hostname":"m1","node-role.kubernetes.io/control-plane":""}}},
  {"metadata":{"name":"w1","labels":{"kubernetes.io/hostname":"w1"}}},
  {"metadata":{"name":"w2","labels":{"kubernetes.io/hostname":"w2","node-role.kubernetes.io/worker":""}}},
  {"metadata":{"name":"auto-7"}}]}
NODES
    ;;
  *) echo "\${*:3}" >>"$WORLD/told" ;;
esac
`;

describe('bake-upkeep', () => {
  let folder: string;
  const at = (name: string): string => join(folder, name);
  const upkeep = () =>
    spawnSync('bash', [join(ROOT, 'userdata/firstboot/bake-upkeep')], {
      env: {
        PATH: `${at('fakes')}:/usr/bin:/bin`,
        WORLD: folder,
        BAKE_SETTINGS: at('etc'),
        BAKE_BIN: at('bin'),
        BAKE_MARKS: at('marks'),
      },
      encoding: 'utf8',
    });

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'bake-upkeep-'));
    for (const name of ['etc', 'fakes', 'archive/linux-amd64']) mkdirSync(at(name), { recursive: true });
    writeFileSync(at('fakes/kubectl'), KUBECTL, { mode: 0o755 });
    writeFileSync(at('archive/linux-amd64/helm'), '#!/bin/sh\necho helm\n');
    writeFileSync(at('archive/linux-amd64/README.md'), 'helm\n');
    execFileSync('tar', ['-czf', at('helm.tar.gz'), '-C', at('archive'), 'linux-amd64']);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('gives nodes the labels that they lack: named ones theirs, all others those of *', () => {
    writeFileSync(
      at('etc/labels'),
      'm1\nw1 node-role.kubernetes.io/worker= example.kubernetes.io/disk=fast\nw2 node-role.kubernetes.io/worker=\n* node-role.kubernetes.io/worker=\n',
    );
    const { status, stderr } = upkeep();
    assert.equal(status, 0, stderr);
    assert.equal(
      readFileSync(at('told'), 'utf8'),
      '--request-timeout=20s label --overwrite node w1 node-role.kubernetes.io/worker= example.kubernetes.io/disk=fast\n' +
        '--request-timeout=20s label --overwrite node auto-7 node-role.kubernetes.io/worker=\n',
    );
  });

  test('installs a tool whose archive is the one that was meant, whatever goes wrong beside it', () => {
    const sha256 = createHash('sha256')
      .update(readFileSync(at('helm.tar.gz')))
      .digest('hex');
    const address = `file://${at('helm.tar.gz')}`;
    writeFileSync(at('no-answer'), '');
    writeFileSync(
      at('etc/tools'),
      `other ${address} ${'0'.repeat(64)}\nabsent file:///nowhere ${sha256}\nnerdctl ${address} ${sha256}\nhelm ${address} ${sha256}\n`,
    );
    const { status, stderr } = upkeep();
    assert.equal(status, 1);
    assert.match(stderr, /does not have the sha256 0{64}/);
    assert.match(stderr, /has no nerdctl in it/);
    assert.equal(execFileSync(at('bin/helm'), { encoding: 'utf8' }), 'helm\n');
    for (const name of ['other', 'absent', 'nerdctl']) assert.ok(!existsSync(at(`bin/${name}`)), name);
  });

  test('leaves a tool that is there', () => {
    writeFileSync(at('bin/helm'), 'of somebody else');
    upkeep();
    assert.equal(readFileSync(at('bin/helm'), 'utf8'), 'of somebody else');
  });
});
