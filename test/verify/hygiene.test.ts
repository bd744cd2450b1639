import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDirectory } from '../../src/verify/image/directory.ts';
import { checkHygiene } from '../../src/verify/offline/hygiene.ts';
import { HYGIENE_RULES } from '../../src/verify/offline/hygiene-rules.ts';
import { CLEAN, type Files, withScratch, writeTree } from './synthetic-image.ts';

async function hygiene(changes: Files, expectedPaths: readonly string[] = []) {
  return withScratch(async (scratch) => {
    await writeTree(scratch, CLEAN);
    for (const name of Object.keys(changes)) await rm(join(scratch, name), { force: true });
    await writeTree(scratch, changes);
    return checkHygiene(openDirectory(scratch), new Set(expectedPaths));
  });
}

const KEY = '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n';

/** Rule name to changes that break this rule and no other; the path is what the message must name. */
const BREAKS: readonly (readonly [rule: string, path: string, content: string])[] = [
  ['ssh-host-keys', '/etc/ssh/ssh_host_ed25519_key.pub', 'ssh-ed25519 AAAA\n'],
  ['machine-id', '/etc/machine-id', '0123456789abcdef0123456789abcdef\n'],
  ['dbus-machine-id', '/var/lib/dbus/machine-id', '0123456789abcdef0123456789abcdef\n'],
  ['cloud-init-state', '/var/lib/cloud/data/instance-id', 'i-1\n'],
  ['cloud-init-state', '/var/lib/cloud/instance', '-> instances/i-1'],
  ['logs', '/var/log/apt/history.log', 'Start-Date\n'],
  ['package-lists', '/var/lib/apt/lists/deb.debian.org_debian_dists_trixie_InRelease', 'x'],
  ['package-lists', '/var/cache/apt/pkgcache.bin', 'x'],
  ['package-caches', '/var/cache/apt/archives/vim_9_amd64.deb', 'x'],
  ['random-seed', '/var/lib/systemd/random-seed', 'x'],
  ['random-seed', '/var/lib/systemd/credential.secret', 'x'],
  ['shell-history', '/root/.bash_history', 'ls\n'],
  ['shell-history', '/home/ops/.python_history', 'x\n'],
  ['authorized-keys', '/root/.ssh/authorized_keys', 'ssh-ed25519 AAAA\n'],
  ['resolv-conf', '/etc/resolv.conf', 'nameserver 10.0.0.1\n'],
  ['hostname', '/etc/hostname', 'builder\n'],
  ['dhcp-leases', '/var/lib/dhcp/dhclient.eth0.leases', 'lease {}\n'],
  ['storage-identity', '/etc/iscsi/initiatorname.iscsi', 'InitiatorName=iqn.1993-08.org.debian:01:abc\n'],
  ['storage-identity', '/etc/nvme/hostnqn', 'nqn.2014-08.org.nvmexpress:uuid:1\n'],
  ['storage-identity', '/etc/nvme/hostid', '1\n'],
  ['kubernetes-identity', '/etc/kubernetes/admin.conf', 'x\n'],
  ['kubernetes-identity', '/etc/kubernetes/pki/ca.crt', 'x\n'],
  ['kubernetes-identity', '/var/lib/kubelet/pki/kubelet.crt', 'x\n'],
  ['kubernetes-identity', '/var/lib/etcd/member/snap/db', 'x\n'],
  ['policy-rc-d', '/usr/sbin/policy-rc.d', 'exit 101\n'],
  ['temporary-files', '/tmp/build', 'x'],
  ['temporary-files', '/var/tmp/.hidden', 'x'],
  ['passwords', '/etc/shadow', 'root:$y$j9T$abc$def:20000::::::\n'],
  ['passwords', '/etc/shadow', 'root:!$6$locked$hash:20000::::::\n'],
  ['passwords', '/etc/shadow-', 'root::20000::::::\n'],
  ['passwords', '/etc/passwd', 'root::0:0:root:/root:/bin/bash\n'],
  ['build-proxy', '/etc/apt/apt.conf.d/90proxy', 'Acquire::http::Proxy "http://10.0.0.1:3142";\n'],
  ['build-proxy', '/etc/environment', 'https_proxy=http://10.0.0.1:3128\n'],
  [
    'build-proxy',
    '/etc/systemd/system/containerd.service.d/http-proxy.conf',
    '[Service]\nEnvironment="HTTP_PROXY=http://10.0.0.1:3128"\n',
  ],
  ['private-keys', '/etc/ssl/private/server.key', KEY],
  ['private-keys', '/home/ops/.ssh/id_ed25519', KEY],
  ['private-keys', '/usr/share/bake/key.pem', '-----BEGIN EC PRIVATE KEY-----\n'],
];

test('a clean image passes every rule', async () => {
  const results = await hygiene({});
  assert.deepEqual(
    results.filter((result) => result.status !== 'pass'),
    [],
  );
  assert.equal(results.length, HYGIENE_RULES.length);
  assert.deepEqual(
    (await hygiene({ '/etc/machine-id': 'uninitialized\n' })).filter((one) => one.status !== 'pass'),
    [],
  );
});

test('every rule has a case that breaks it', () => {
  assert.deepEqual(new Set(BREAKS.map(([rule]) => rule)), new Set(HYGIENE_RULES.map(({ name }) => name)));
});

for (const [rule, path, content] of BREAKS) {
  test(`${rule}: ${path} is noticed, by this rule alone`, async () => {
    const failed = (await hygiene({ [path]: content })).filter((result) => result.status === 'fail');
    assert.deepEqual(
      failed.map((result) => result.id),
      [`hygiene/${rule}`],
    );
    assert.match(failed[0]?.detail ?? '', new RegExp(path.replaceAll('.', '\\.')));
    assert.match(failed[0]?.detail ?? '', /\(.+\)$/s);
  });
}

test('what the plan asks for is no left-over, except where no plan may', async () => {
  for (const [rule, path, content] of BREAKS) {
    const plannable = HYGIENE_RULES.find(({ name }) => name === rule)?.plannable;
    const failed = (await hygiene({ [path]: content }, [path])).filter((result) => result.status === 'fail');
    assert.equal(failed.length, plannable ? 0 : 1, `${rule} ${path}`);
  }
});

test('many findings are counted', async () => {
  const many = Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`/tmp/f${n}`, 'x']));
  const failed = (await hygiene(many)).find((result) => result.status === 'fail');
  assert.match(failed?.detail ?? '', /^\/tmp\/f0, .*\/tmp\/f4 and 4 more \(/);
});
