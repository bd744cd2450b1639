import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { dnsImageRepository, kubeadmApi } from '../../src/catalog/kubeadm.ts';
import { kubeadmFiles } from '../../src/kubeadm/emit.ts';
import { INIT_FILE } from '../../src/kubeadm/input.ts';
import { administratorLabels, isForKubelet, kubeletLabels } from '../../src/kubeadm/node-labels.ts';
import { patchTarget } from '../../src/kubeadm/patches.ts';
import { goDuration, laidOver } from '../../src/kubeadm/values.ts';
import { cluster, input, KUBEADM, SECRETS } from './sample.ts';

const HOSTILE = [
  'yes',
  'null',
  '~',
  '',
  '0x10',
  '012',
  '1:30',
  '1e3',
  '1_000',
  '.5',
  '=',
  '<<',
  '2026-01-01',
  ' a',
  '- a',
  '{a: b}',
  '#a',
  'a: b',
  '"a',
  "'a",
  'a\nb: c',
  '---',
  '*a',
  '!a',
  '%a',
  '\t',
  'é\u2028',
  '${x}',
];

test('whatever a flag’s value is, readers of YAML 1.1 and 1.2 read that text', () => {
  const extraArgs = Object.fromEntries(HOSTILE.map((value, i) => [`flag-${i}`, value]));
  for (const version of ['1.20.15', '1.36.5']) {
    const whole = cluster({}, { extraArgs: { ...KUBEADM.extraArgs, scheduler: extraArgs } });
    const init = kubeadmFiles(input(version, 'cp1', { cluster: whole })).files.find(
      ({ path }) => path === INIT_FILE,
    );
    for (const yaml of ['1.1', '1.2'] as const) {
      const documents = parseAllDocuments(init?.text ?? '', { version: yaml }).map(
        (document) => document.toJS() as { scheduler?: { extraArgs: unknown } },
      );
      assert.equal(documents.length, 4);
      const written = documents[1]?.scheduler?.extraArgs;
      const read = Array.isArray(written)
        ? Object.fromEntries(
            written.map(({ name, value }: { name: string; value: unknown }) => [name, value]),
          )
        : written;
      assert.deepEqual(read, extraArgs);
    }
  }
});

test('durations are printed as Go prints them', () => {
  assert.deepEqual([1, 60, 240, 3600, 90_061, 604_800].map(goDuration), [
    '1s',
    '1m0s',
    '4m0s',
    '1h0m0s',
    '25h1m1s',
    '168h0m0s',
  ]);
});

test('what a person writes is laid over ours, mapping by mapping', () => {
  const ours = { a: 1, ipvs: { strictARP: true, scheduler: 'rr' }, list: [1, 2] };
  assert.deepEqual(laidOver(ours, { ipvs: { scheduler: 'lc' }, list: [3], b: false }), {
    a: 1,
    ipvs: { strictARP: true, scheduler: 'lc' },
    list: [3],
    b: false,
  });
  assert.deepEqual(ours.ipvs, { strictARP: true, scheduler: 'rr' });
});

test('CoreDNS of the official registry lies in a folder from 1.21 on, that of a mirror does not', () => {
  assert.equal(dnsImageRepository('1.20.15', 'registry.k8s.io'), undefined);
  assert.equal(dnsImageRepository('1.21.14', 'registry.k8s.io'), 'registry.k8s.io/coredns');
  assert.equal(dnsImageRepository('1.21.14', 'k8s.gcr.io'), 'k8s.gcr.io/coredns');
  assert.equal(dnsImageRepository('1.35.9', 'registry.aliyuncs.com/google_containers'), undefined);
});

test('a node gives itself only the labels that it may', () => {
  const labels = {
    'node-role.kubernetes.io/worker': '',
    'kubernetes.io/cluster-service': 'true',
    'my.k8s.io/x': '1',
    'topology.kubernetes.io/region': 'r',
    'node.kubernetes.io/pool': 'a',
    'deep.node.kubernetes.io/x': 'b',
    'example.com/disk': 'ssd',
    plain: 'yes',
    'notkubernetes.io/x': 'c',
  };
  assert.deepEqual(kubeletLabels(labels), [
    'deep.node.kubernetes.io/x=b',
    'example.com/disk=ssd',
    'node.kubernetes.io/pool=a',
    'notkubernetes.io/x=c',
    'plain=yes',
    'topology.kubernetes.io/region=r',
  ]);
  assert.deepEqual(Object.keys(administratorLabels(labels)), [
    'node-role.kubernetes.io/worker',
    'kubernetes.io/cluster-service',
    'my.k8s.io/x',
  ]);
  assert.ok(!isForKubelet('kubernetes.io/'));
});

test('a minor that nobody knows is our bug, and a missing key is named without its value', () => {
  assert.throws(() => kubeadmApi('1.99.0'), /1\.99\.0/);
  const whole = cluster({}, { encryptSecrets: true });
  const { bootstrapToken } = SECRETS;
  const incomplete = input('1.35.9', 'cp1', { cluster: whole, secrets: { bootstrapToken } });
  assert.throws(
    () => kubeadmFiles(incomplete),
    (error: Error) => /encryption/.test(error.message) && !error.message.includes(bootstrapToken),
  );
});

test('the target of a patch is read from its name', () => {
  const targets = {
    'etcd.yaml': 'etcd',
    'kube-apiserver0+merge.yaml': 'kube-apiserver',
    'kube-apiserver-limits+json.json': 'kube-apiserver',
    'kubeletconfiguration+strategic.yaml': 'kubeletconfiguration',
    'apiserver.yaml': undefined,
    'etcd+overlay.yaml': undefined,
    'etcd.txt': undefined,
    'toString.yaml': undefined,
  };
  for (const [name, target] of Object.entries(targets)) assert.equal(patchTarget(name), target, name);
});
