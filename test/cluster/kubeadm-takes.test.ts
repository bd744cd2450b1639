import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCluster } from '../../src/cluster/read.ts';

/** A cluster with this under `kubeadm`; whatever it names is a file with a field. */
function read(kubeadm: string) {
  const text = `name: demo\nnodes: [{ name: m1, role: master, address: 10.0.0.11 }]\naddons: []\nkubeadm: ${kubeadm}\n`;
  return readCluster(
    { id: 'cluster.yaml', path: 'cluster.yaml', text },
    { text: (name) => ({ source: { id: name, path: name, text: 'spec: { priority: 1 }\n' } }) },
  );
}

test('names of patches that kubeadm takes', () => {
  for (const name of [
    'kube-apiserver-x.yaml',
    'kube-apiserver0+merge.yaml',
    'etcd.json',
    'kube-schedulerlater+strategic.yaml',
    'kubeletconfiguration-1.yaml',
  ])
    assert.deepEqual(read(`{ patches: [${name}] }`).diagnostics, [], name);
  for (const name of ['kube-apiserver.yml', 'kube-apiserver+overlay.yaml', 'apiserver.yaml'])
    assert.deepEqual(
      read(`{ patches: [${name}] }`).diagnostics.map(({ code }) => code),
      ['B607'],
      name,
    );
});

/** kubeadm 1.20.2 has been asked for each of these. It takes *.10.0.0.1, too, which is a slip of an address. */
test('names in certificates that kubeadm takes', () => {
  const { value, diagnostics } = read(
    '{ certSANs: ["*.example.com", api.example.com, 192.0.2.1, "2001:DB8::1"] }',
  );
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(value?.cluster.kubeadm.certSANs, [
    '*.example.com',
    'api.example.com',
    '192.0.2.1',
    '2001:db8::1',
  ]);
  for (const name of ['*.*.example.com', '*', '*.', '*.10.0.0.1', 'a.*.example.com', '*example.com'])
    assert.deepEqual(
      read(`{ certSANs: ["${name}"] }`).diagnostics.map(({ code }) => code),
      ['B203'],
      name,
    );
});
