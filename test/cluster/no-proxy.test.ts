import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDirect, noProxyOf } from '../../src/cluster/no-proxy.ts';
import { clusterOf, readClusterText } from '../support/cluster-case.ts';

const eight = clusterOf('eight-machines');
const dual = clusterOf('dual-stack');

test('without the proxy: this machine, the platform, the cluster, and what the file says', () => {
  const list = noProxyOf(eight);
  for (const one of [
    'localhost',
    '127.0.0.1',
    '169.254.169.254',
    'kubeapi.example.com',
    '10.0.0.10',
    'master-1.example.com',
    'master-1',
    'worker-3',
    '10.0.0.23',
    '10.0.0.0/24',
    '10.244.0.0/16',
    '10.96.0.0/16',
    // Entries of /etc/hosts that lead to addresses within.
    'harbor.example.com',
    'harbor',
    '10.0.0.5',
    '.svc',
    '.cluster.local',
  ])
    assert.ok(list.includes(one), one);
  assert.equal(list.at(-1), '.corp.example.com');
  assert.equal(new Set(list).size, list.length);
  assert.deepEqual(noProxyOf(dual), []);
  assert.ok(noProxyOf({ ...dual, proxy: { noProxy: [] } }).includes('::1'));
});

test('a name that /etc/hosts leads outside goes by the proxy; the network of the virtual address does not', () => {
  const { value, diagnostics } = readClusterText(
    [
      'name: demo',
      'endpoint: api.example.com',
      'virtualIp: 10.0.0.10/24',
      'hosts: [192.0.2.5 outside.example.com, 8.8.8.8 far.example.com, 172.16.0.5 near.example.com]',
      'networks: { dnsDomain: k8s.example.org }',
      "proxy: { http: 'http://10.9.9.9:3128', https: 'http://10.9.9.9:3128', noProxy: ['FD00:0::1'] }",
      'nodes:',
      '  - { name: l, role: haproxy, address: 10.0.0.1 }',
      '  - { name: m, role: master, address: 10.0.0.11 }',
      'counts: { worker: 3 }',
      'addons: []',
    ].join('\n'),
  );
  assert.ok(value, JSON.stringify(diagnostics));
  const list = noProxyOf(value.cluster);
  for (const one of ['near.example.com', '172.16.0.5', '10.0.0.0/24', '.k8s.example.org', 'fd00::1'])
    assert.ok(list.includes(one), one);
  for (const one of ['far.example.com', '8.8.8.8', '.cluster.local']) assert.ok(!list.includes(one), one);
});

test('an etcd outside of the cluster is reached directly', () => {
  const etcd = clusterOf('external-etcd');
  const [url = ''] = etcd.kubeadm.externalEtcd?.endpoints ?? [];
  assert.ok(noProxyOf({ ...etcd, proxy: { noProxy: [] } }).includes(new URL(url).hostname));
});

test('a list is read as Go’s programs read it', () => {
  const list = [
    '10.0.0.0/8',
    '.corp.example.com',
    'lab.example.com',
    '*.any.example.com',
    '192.0.2.1',
    'fd00::/16',
  ];
  for (const host of [
    '10.1.2.3',
    'a.corp.example.com',
    'lab.example.com',
    'x.lab.example.com',
    'y.any.example.com',
    '192.0.2.1',
    'fd00::7',
  ])
    assert.ok(isDirect(list, host), host);
  for (const host of ['11.0.0.1', 'corp.example.com', 'notlab.example.com', '192.0.2.2', 'fe00::7'])
    assert.ok(!isDirect(list, host), host);
  assert.ok(isDirect(['*'], 'anything.example.com'));
});
