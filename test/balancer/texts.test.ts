import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import type { BalancerFile } from '../../src/balancer/file.ts';
import { balancerFiles, balancerServices, checkScript } from '../../src/balancer/files.ts';
import { haproxyConfig } from '../../src/balancer/haproxy.ts';
import { keepalivedConfig } from '../../src/balancer/keepalived.ts';
import { kubeVipManifest } from '../../src/balancer/kube-vip.ts';
import { alivePort, balancersOf } from '../../src/balancer/machines.ts';
import { keepalivedWord } from '../../src/text/keepalived.ts';
import { haproxyWord } from '../../src/text/haproxy.ts';
import { ROOT } from '../support/programs.ts';
import { matchesFile, updating } from '../support/update.ts';
import { CA, CASES, clusterOf, EIGHT, node, pieces, SECRETS } from './clusters.ts';

/** The files of every machine of a case, by a path below `expected`; the check script is the same everywhere. */
function filesOf(name: string): Map<string, BalancerFile> {
  const { cluster, hasCa, kubernetes } = CASES[name] ?? assert.fail(name);
  const knowledge = { secrets: SECRETS, ...(hasCa ? { ca: CA } : {}) };
  const made = balancersOf(cluster).flatMap((machine) =>
    balancerFiles(cluster, machine.name, knowledge, pieces)
      .filter(({ text }) => text !== pieces.check)
      .map((file) => [join(machine.name, file.path), file] as const),
  );
  const pods = (['init', 'settled'] as const).flatMap((phase) =>
    kubernetes ? [[join(phase, 'kube-vip.yaml'), kubeVipManifest(cluster, kubernetes, phase)] as const] : [],
  );
  return new Map([...made, ...pods]);
}

describe('golden cases', () => {
  for (const name of Object.keys(CASES)) {
    test(name, () => {
      const folder = join(ROOT, 'test/balancer/cases', name);
      if (updating) rmSync(folder, { recursive: true, force: true });
      const files = filesOf(name);
      for (const [path, { text }] of files) matchesFile(text, join(folder, path));
      const listing = [...files].map(([path, { mode, owner, group, secret }]) =>
        [path, mode, `${owner}:${group}`, ...(secret ? ['secret'] : [])].join(' '),
      );
      matchesFile(`${listing.join('\n')}\n`, join(folder, 'files.txt'));
      const found = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
      assert.deepEqual(
        found.sort(),
        [...files.keys(), 'files.txt'].map((path) => join(folder, path)).sort(),
        'no expected file is left over',
      );
    });
  }

  test('every folder is a case', () => {
    assert.deepEqual(readdirSync(join(ROOT, 'test/balancer/cases')).sort(), Object.keys(CASES).sort());
  });
});

test('a file that holds a secret says so, and none says so in vain', () => {
  for (const name of Object.keys(CASES)) {
    for (const [path, { text, secret, mode }] of filesOf(name)) {
      const holds = Object.values(SECRETS).some((value) => text.includes(value));
      assert.equal(secret, holds, `${name}: ${path}`);
      if (secret) assert.match(mode, /^06[04]0$/, path);
    }
  }
});

test('the check script is for everybody to run and holds nothing of a cluster', () => {
  assert.deepEqual(checkScript(pieces), {
    path: '/usr/lib/bake/check-balancer',
    mode: '0755',
    owner: 'root',
    group: 'root',
    text: pieces.check,
    secret: false,
  });
});

test('the balancer starts before the address, and nginx is checked by nginx', () => {
  const units = (name: string) => balancerServices((CASES[name] ?? assert.fail()).cluster);
  assert.deepEqual(
    units('eight-machines').map(({ unit }) => unit),
    ['haproxy.service', 'keepalived.service'],
  );
  assert.equal(units('nginx')[0]?.check[0], 'nginx');
  assert.deepEqual(
    balancerServices(clusterOf({ virtualIp: false, nodes: EIGHT })).map(({ unit }) => unit),
    ['haproxy.service'],
  );
});

test('without a virtual address haproxy listens at the machine’s own', () => {
  const cluster = clusterOf({ virtualIp: false, nodes: EIGHT });
  const { text } = haproxyConfig(cluster, 'ha2', { secrets: SECRETS }, pieces);
  assert.deepEqual(text.match(/bind .*:6443.*/g), ['bind 10.0.0.22:6443', 'bind 127.0.0.1:6443']);
  assert.throws(() => keepalivedConfig(cluster, 'ha2', { secrets: SECRETS }, pieces), /no keepalived/);
});

test('a single balancer has nobody to speak unicast to', () => {
  const cluster = clusterOf({
    nodes: [node('ha1', 'haproxy', '10.0.0.21'), node('m1', 'master', '10.0.0.11')],
  });
  const [file] = keepalivedConfig(cluster, 'ha1', { secrets: SECRETS }, pieces);
  assert.doesNotMatch(file?.text ?? assert.fail(), /unicast/);
});

test('without a statistics page there is no password in haproxy.cfg', () => {
  const { stats: _, ...balancer } = clusterOf({ nodes: EIGHT }).balancer;
  const file = haproxyConfig(
    { ...clusterOf({ nodes: EIGHT }), balancer },
    'ha1',
    { secrets: SECRETS },
    pieces,
  );
  assert.equal(file.secret, false);
  assert.doesNotMatch(file.text, /stats auth/);
});

test('the port of aliveness gives way to ports that are taken', () => {
  const port = (api: number, stats: number) =>
    alivePort(
      clusterOf({ endpoint: { port: api }, balancer: { stats: { port: stats, address: '::1' } }, nodes: [] }),
    );
  assert.equal(port(6443, 8404), 8402);
  assert.equal(port(8402, 8404), 8403);
  assert.equal(port(8402, 8403), 8401);
});

test('a machine that is no balancer, or has no address, is our own mistake', () => {
  const cluster = clusterOf({ nodes: EIGHT });
  assert.throws(
    () => haproxyConfig(cluster, 'master1', { secrets: SECRETS }, pieces),
    /master1 is no balancer/,
  );
  const { address: _, ...nameless } = node('ha3', 'haproxy', '10.0.0.23');
  const broken = { ...cluster, nodes: [...EIGHT, nameless] };
  assert.throws(() => haproxyConfig(broken, 'ha1', { secrets: SECRETS }, pieces), /ha3 has no address/);
});

test('kube-vip is told the length of its prefix by the name that its version knows', () => {
  const { cluster } = CASES['kube-vip'] ?? assert.fail();
  const { virtualIp } = cluster;
  assert.ok(virtualIp);
  const nameFor = (image: string): string | undefined => {
    const { text } = kubeVipManifest({ ...cluster, virtualIp: { ...virtualIp, image } }, '1.34.2', 'init');
    const env = parse(text).spec.containers[0].env as { name: string; value: string }[];
    const found = env.filter(({ name }) => /cidr|subnet/.test(name));
    assert.deepEqual(
      found.map(({ value }) => value),
      ['32'],
    );
    return found[0]?.name;
  };
  const digest = `sha256:${'0'.repeat(64)}`;
  for (const [image, name] of [
    ['ghcr.io/kube-vip/kube-vip:v0.8.10', 'vip_cidr'],
    ['harbor.example.com:5000/kube-vip:0.6.4-alpine', 'vip_cidr'],
    [`ghcr.io/kube-vip/kube-vip:v0.8.0@${digest}`, 'vip_cidr'],
    ['ghcr.io/kube-vip/kube-vip:v0.9.0', 'vip_subnet'],
    ['ghcr.io/kube-vip/kube-vip:v0.10.1', 'vip_subnet'],
    ['ghcr.io/kube-vip/kube-vip:v1.2.3', 'vip_subnet'],
    [`harbor.example.com:5000/kube-vip@${digest}`, 'vip_subnet'],
  ] as const)
    assert.equal(nameFor(image), name, image);
});

test('kube-vip gets the super-admin’s file on the first machine until it is done, from 1.29 on', () => {
  const { cluster } = CASES['kube-vip'] ?? assert.fail();
  const pathAt = (version: string, phase: 'init' | 'settled'): string =>
    parse(kubeVipManifest(cluster, version, phase).text).spec.volumes[0].hostPath.path;
  assert.equal(pathAt('1.28.15', 'init'), '/etc/kubernetes/admin.conf');
  assert.equal(pathAt('1.29.0', 'init'), '/etc/kubernetes/super-admin.conf');
  assert.equal(pathAt('1.37.0', 'init'), '/etc/kubernetes/super-admin.conf');
  assert.equal(pathAt('1.37.0', 'settled'), '/etc/kubernetes/admin.conf');
});

test('what a file can’t hold is refused without being shown', () => {
  for (const value of ['a\nb', 'a\rb', 'a\0b'])
    assert.throws(
      () => haproxyWord(value),
      (error: Error) => !error.message.includes(value),
    );
  for (const value of ['', 'pw"x', "pw'x", 'pw\\x', 'pw$x', 'pw\nx', 'pwé', 'pw\tx'])
    assert.throws(
      () => keepalivedWord(value),
      (error: Error) => value === '' || !error.message.includes(value),
    );
});
