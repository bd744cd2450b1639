import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  certSANsOf,
  endpointAddressOf,
  endpointText,
  firstMaster,
  hostsEntriesOf,
  networkConfigOf,
  nodesOf,
} from '../../src/cluster/views.ts';
import { clusterOf, readClusterText } from '../support/cluster-case.ts';

const eight = clusterOf('eight-machines');
const dual = clusterOf('dual-stack');

const lines = (cluster: typeof eight): string[] =>
  hostsEntriesOf(cluster).map(({ address, names }) => [address, ...names].join(' '));

test('nodes by role, in the order of the file', () => {
  assert.deepEqual(
    nodesOf(eight, 'haproxy').map(({ name }) => name),
    ['haproxy-1', 'haproxy-2'],
  );
  assert.equal(firstMaster(eight).name, 'master-1.example.com');
  assert.throws(() => firstMaster({ ...eight, nodes: [] }), /prod has no master/);
});

test('an endpoint as text has brackets around IPv6', () => {
  assert.equal(endpointText(eight.endpoint), 'kubeapi.example.com:6443');
  assert.equal(endpointText(dual.endpoint), '[2001:db8::10]:6443');
});

describe('entries for /etc/hosts', () => {
  test('the endpoint leads to the virtual address; nodes have full and short names', () => {
    assert.deepEqual(lines(eight), [
      '10.0.0.10 kubeapi.example.com',
      '10.0.0.1 haproxy-1',
      '10.0.0.2 haproxy-2',
      '10.0.0.11 master-1.example.com master-1',
      '10.0.0.12 master-2.example.com master-2',
      '10.0.0.13 master-3.example.com master-3',
      '10.0.0.21 worker-1',
      '10.0.0.22 worker-2',
      '10.0.0.23 worker-3',
      '10.0.0.5 harbor.example.com harbor',
      '10.0.0.6 mirror.example.com',
    ]);
  });
  test('one master is what the endpoint leads to; a worker without an address has no line', () =>
    assert.deepEqual(lines(clusterOf('one-master-two-workers')), [
      '10.1.0.11 api.small.example.com master-1',
      '10.1.0.21 worker-1',
    ]));
  test('an endpoint behind a load balancer is left to DNS', () =>
    assert.ok(!lines(clusterOf('external-load-balancer')).join(' ').includes('elb.example.com')));
  test('an endpoint that is an address has no line of its own', () =>
    assert.ok(!lines(dual).some((line) => line.startsWith('2001:db8::10 '))));
  describe('with one master', () => {
    const behind = (...said: readonly string[]): string | undefined => {
      const { value, diagnostics } = readClusterText(
        ['name: demo', 'addons: []', ...said, '  - { name: m, role: master, address: 10.0.0.11 }'].join('\n'),
      );
      assert.ok(value, JSON.stringify(diagnostics));
      const line = lines(value.cluster).find((one) => / (?:api|k8s\.elb)\.example\.com\b/.test(one));
      assert.equal(endpointAddressOf(value.cluster), line?.split(' ')[0]);
      return line;
    };
    test('whose port it has, the endpoint is that master', () =>
      assert.equal(behind('endpoint: api.example.com', 'nodes:'), '10.0.0.11 api.example.com m'));
    test('and another port, the endpoint is somebody else’s and left to DNS', () =>
      assert.equal(behind('endpoint: { host: k8s.elb.example.com, port: 443 }', 'nodes:'), undefined));
    test('and one balancer, the endpoint is the balancer', () =>
      assert.equal(
        behind('endpoint: api.example.com', 'nodes:', '  - { name: l, role: haproxy, address: 10.0.0.1 }'),
        '10.0.0.1 api.example.com l',
      ));
    test('and two balancers that share no address, DNS says which of them', () =>
      assert.equal(
        behind(
          'endpoint: api.example.com',
          'nodes:',
          '  - { name: l1, role: haproxy, address: 10.0.0.1 }',
          '  - { name: l2, role: haproxy, address: 10.0.0.2 }',
        ),
        undefined,
      ));
  });
  test('what the file says of the endpoint counts, and short names of two nodes belong to nobody', () => {
    const { value, diagnostics } = readClusterText(
      [
        'name: demo',
        'endpoint: api.example.com',
        'virtualIp: 10.0.0.10',
        'hosts: [10.0.0.10 api.example.com api]',
        'nodes:',
        '  - { name: m.a.example.com, role: master, address: 10.0.0.11 }',
        '  - { name: m.b.example.com, role: worker, address: 10.0.0.12 }',
        'addons: []',
      ].join('\n'),
    );
    assert.ok(value, JSON.stringify(diagnostics));
    assert.deepEqual(lines(value.cluster), [
      '10.0.0.11 m.a.example.com',
      '10.0.0.12 m.b.example.com',
      '10.0.0.10 api.example.com api',
    ]);
  });
});

test('names in certificates are the same for every master, each once', () => {
  assert.deepEqual(certSANsOf(eight), [
    'kubeapi.example.com',
    '10.0.0.10',
    'master-1.example.com',
    '10.0.0.11',
    'master-2.example.com',
    '10.0.0.12',
    'master-3.example.com',
    '10.0.0.13',
    'localhost',
    '127.0.0.1',
    'api.public.example.com',
    '192.0.2.10',
  ]);
  assert.equal(certSANsOf(dual).filter((name) => name === '2001:db8::10').length, 1);
});

describe('network configuration', () => {
  const [first, second] = nodesOf(eight, 'haproxy');
  assert.ok(first && second);
  test('by MAC address, with the cluster’s DNS', () =>
    assert.deepEqual(networkConfigOf(first, eight), {
      version: 2,
      ethernets: {
        nic0: {
          match: { macaddress: '52:54:00:00:00:01' },
          dhcp4: false,
          dhcp6: false,
          addresses: ['10.0.0.1/24'],
          routes: [{ to: '0.0.0.0/0', via: '10.0.0.254' }],
          nameservers: { addresses: ['10.0.0.253'], search: ['example.com'] },
        },
      },
    }));
  test('DNS of its own counts more', () =>
    assert.deepEqual(networkConfigOf(second, eight)?.ethernets['nic0']?.nameservers?.addresses, [
      '10.0.0.252',
    ]));
  test('by both, the interface gets its name; IPv6 has a route of its own kind', () =>
    assert.deepEqual(networkConfigOf(firstMaster(dual), dual), {
      version: 2,
      ethernets: {
        eth0: {
          match: { macaddress: '52:54:00:ab:cd:ef' },
          'set-name': 'eth0',
          dhcp4: false,
          dhcp6: false,
          addresses: ['2001:db8::11/64', '10.9.0.11/24'],
          routes: [{ to: '::/0', via: '2001:db8::fe' }],
        },
      },
    }));
  test('by the name of the interface alone', () => {
    const vip = clusterOf('kube-vip');
    const config = networkConfigOf(firstMaster(vip), vip)?.ethernets['eth0'];
    assert.deepEqual(config?.addresses, ['10.2.0.11/24']);
    assert.equal(config?.match, undefined);
  });
  test('nothing with DHCP', () => assert.equal(networkConfigOf(firstMaster(eight), eight), undefined));
});
