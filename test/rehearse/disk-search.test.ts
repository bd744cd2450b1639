import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { needless, secretsIn } from '../../src/rehearse/disk-search.ts';
import { isNeeded } from '../../src/rehearse/needed.ts';
import { inTempFolder } from '../support/temp-folder.ts';

const MIB = 1024 * 1024;

test('secrets are found anywhere on a disk, in whatever form, and nowhere else', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const secrets = [
    { name: 'bootstrap token', value: 'abcdef.0123456789abcdef' },
    { name: 'key of the etcd authority', value: key },
    { name: 'VRRP password', value: 'Xk4-vrrp-password' },
    { name: 'stats password', value: 'Q9-stats-password' },
  ];
  await inTempFolder(async (folder) => {
    const disk = Buffer.alloc(40 * MIB, 0xa5);
    // Across the border of two pieces that are read.
    disk.write('token: abcdef.0123456789abcdef\n', 16 * MIB - 12);
    disk.write(Buffer.from(`data:\n${key}`).toString('base64'), 33 * MIB);
    disk.write('Xk4-vrrp-password', disk.length - 17);
    const path = join(folder, 'disk');
    writeFileSync(path, disk);
    const found = await secretsIn(path, secrets);
    assert.deepEqual([...found].sort(), ['VRRP password', 'bootstrap token', 'key of the etcd authority']);
    assert.deepEqual(needless('worker', found).length, 3);
    assert.deepEqual(needless('master', found), ['VRRP password']);
    assert.deepEqual(needless('haproxy', found).sort(), ['bootstrap token', 'key of the etcd authority']);
    writeFileSync(path, '');
    assert.deepEqual([...(await secretsIn(path, secrets))], []);
  });
});

test('credentials of registries stay with those who pull, in the files of the runtime', () => {
  const name = 'password of harbor.example.com';
  assert.deepEqual(needless('worker', [name]), []);
  assert.deepEqual(needless('master', [name]), []);
  assert.deepEqual(needless('haproxy', [name]), [name]);
  assert.ok(isNeeded('worker', name, '/var/lib/kubelet/config.json'));
  assert.ok(!isNeeded('worker', name, '/etc/bake/registries/harbor.example.com.json'));
  assert.ok(!isNeeded('worker', name, '/var/lib/kubelet/config.json.new'));
});

test('the password of a proxy stays with everybody, in the files that name the way out', () => {
  const name = 'password of the proxy corp';
  for (const role of ['master', 'worker', 'haproxy'] as const) {
    assert.deepEqual(needless(role, [name]), []);
    for (const file of ['/etc/bake/proxy.env', '/etc/apt/apt.conf.d/80bake-proxy'])
      assert.ok(isNeeded(role, name, file), `${role} ${file}`);
    for (const file of ['/var/lib/kubelet/config.json', '/etc/bake/machine.env'])
      assert.ok(!isNeeded(role, name, file), `${role} ${file}`);
  }
});
