import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseDocument, stringify, LineCounter, isMap, isScalar } from 'yaml';
import { CODES } from '../../src/diagnostics/codes.ts';
import type { Kubeadm, ResolvedCluster } from '../../src/cluster/cluster.ts';
import type { Path } from '../../src/diagnostics/diagnostic.ts';
import { kubeadmRules } from '../../src/kubeadm/rules.ts';
import type { Span } from '../../src/source/source.ts';
import { VERSIONS } from './cases.ts';
import { cluster } from './sample.ts';

/** A cluster as if its `kubeadm:` had been read from a file with just that, and the file's text. */
function resolved(kubeadm: Partial<Kubeadm>): ResolvedCluster & { readonly text: string } {
  // The file names patches; their texts are in files beside it.
  const written = kubeadm.patches ? { ...kubeadm, patches: Object.keys(kubeadm.patches) } : kubeadm;
  const text = stringify({ kubeadm: written });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const source = { id: 'cluster.yaml', path: 'cluster.yaml', text };
  const isWritten = (path: Path): boolean => document.hasIn(path);
  const spanOf = (path: Path, part: 'key' | 'value' = 'value'): Span => {
    const above: unknown = document.getIn(path.slice(0, -1), true);
    const pair = isMap(above)
      ? above.items.find(({ key }) => isScalar(key) && key.value === path.at(-1))
      : undefined;
    const node = (part === 'key' ? pair?.key : document.getIn(path, true)) as
      { range?: number[] } | undefined;
    assert.ok(node?.range, `${path.join('.')} stands in the file`);
    const at = (offset = 0) => {
      const { line, col } = lines.linePos(offset);
      return { line, column: col };
    };
    return { source, start: at(node.range[0]), end: at(node.range[1]) };
  };
  return { cluster: cluster({}, kubeadm), spanOf, isWritten, text };
}

/** `error B501 3:5 NAME` of each finding: where it points, and what stands there. */
function said(kubeadm: Partial<Kubeadm>, version: string): string[] {
  const file = resolved(kubeadm);
  return kubeadmRules(file, version).map(({ severity, code, span }) => {
    assert.ok(span);
    const { line, column } = span.start;
    const there = file.text.split('\n')[line - 1]?.slice(column - 1) ?? '';
    return `${severity} ${code} ${line}:${column} ${there}`;
  });
}

const none = { apiServer: {}, controllerManager: {}, scheduler: {}, etcd: {}, kubelet: {} };
const flags = (kubelet: Record<string, string>) => ({ extraArgs: { ...none, kubelet } });
const etcd = (version?: string) => ({
  externalEtcd: {
    endpoints: ['https://e:2379'],
    ca: 'ca',
    certificate: 'certificate',
    ...(version === undefined ? {} : { version }),
  },
});

describe('what a version of Kubernetes refuses is pointed at', () => {
  const cases: [string, Partial<Kubeadm>, string, string[]][] = [
    [
      'gate that is gone',
      { featureGates: { EtcdLearnerMode: true } },
      '1.33.0',
      ['error B501 3:5 EtcdLearnerMode: true'],
    ],
    ['the same gate before', { featureGates: { EtcdLearnerMode: true } }, '1.32.13', []],
    [
      'gate that is to come',
      { featureGates: { NodeLocalCRISocket: true } },
      '1.31.14',
      ['error B501 3:5 NodeLocalCRISocket: true'],
    ],
    [
      'gate that nobody knows',
      { featureGates: { EtcdLernerMode: true } },
      '1.30.14',
      ['error B203 3:5 EtcdLernerMode: true'],
    ],
    [
      'gate named as something of JavaScript’s',
      { featureGates: { constructor: true } },
      '1.30.14',
      ['error B203 3:5 constructor: true'],
    ],
    [
      'dual stack’s gate after it was removed',
      { featureGates: { IPv6DualStack: true } },
      '1.24.17',
      ['error B501 3:5 IPv6DualStack: true'],
    ],
    ['dual stack’s gate while it is there', { featureGates: { IPv6DualStack: true } }, '1.23.17', []],
    ['field of the kubelet', { kubelet: { failCgroupV1: false } }, '1.31.14', []],
    [
      'field of a later kubelet',
      { kubelet: { failCgroupV1: false } },
      '1.30.14',
      ['error B501 3:5 failCgroupV1: false'],
    ],
    ['field of no kubelet', { kubelet: { maxPod: 99 } }, '1.35.9', ['error B201 3:5 maxPod: 99']],
    ['kind of the document', { kubelet: { kind: 'Pod' } }, '1.35.9', ['error B201 3:5 kind: Pod']],
    [
      'cgroup driver in a second place',
      { kubelet: { cgroupDriver: 'cgroupfs' } },
      '1.35.9',
      ['error B402 3:5 cgroupDriver: cgroupfs'],
    ],
    [
      'field that kube-proxy lost',
      { kubeProxy: { udpIdleTimeout: '1s' } },
      '1.26.15',
      ['error B501 3:5 udpIdleTimeout: 1s'],
    ],
    ['field that kube-proxy still had', { kubeProxy: { udpIdleTimeout: '1s' } }, '1.25.16', []],
    ['mode in a second place', { kubeProxy: { mode: 'ipvs' } }, '1.30.14', ['error B402 3:5 mode: ipvs']],
    [
      'flag of the kubelet that is gone',
      flags({ 'container-runtime': 'remote' }),
      '1.27.16',
      ['error B501 8:7 container-runtime: remote'],
    ],
    ['the same flag before', flags({ 'container-runtime': 'remote' }), '1.26.15', []],
    [
      'flag of a group that is gone',
      flags({ 'storage-driver-db': 'x' }),
      '1.37.1',
      ['error B501 8:7 storage-driver-db: x'],
    ],
    ['flag like the group', flags({ 'housekeeping-interval': '10s' }), '1.37.1', []],
    ['flag with dashes', flags({ '--v': '2' }), '1.37.1', ['error B203 8:7 --v: "2"']],
    ['mode that is to come', { proxyMode: 'nftables' }, '1.28.15', ['error B501 2:14 nftables']],
    ['mode that is there', { proxyMode: 'nftables' }, '1.29.15', []],
    ['mode that is going', { proxyMode: 'ipvs' }, '1.35.9', ['warning B503 2:14 ipvs']],
    ['mode that stays', { proxyMode: 'ipvs' }, '1.34.11', []],
    [
      'patch before there were any',
      { patches: { 'etcd+json.json': 'x' } },
      '1.18.20',
      ['error B501 3:7 etcd+json.json'],
    ],
    ['patch', { patches: { 'etcd+json.json': 'x', 'kube-scheduler10.yaml': 'x' } }, '1.19.16', []],
    [
      'second patch, of the kubelet, too early',
      { patches: { 'etcd.yaml': 'x', 'kubeletconfiguration.yaml': 'x' } },
      '1.24.17',
      ['error B501 4:7 kubeletconfiguration.yaml'],
    ],
    ['etcd that is too old', etcd('3.5.9'), '1.31.14', ['error B501 7:14 3.5.9']],
    ['etcd that is old for others', etcd('3.5.9'), '1.30.14', []],
    ['etcd that is new', etcd('3.5.11'), '1.31.14', []],
  ];
  for (const [name, kubeadm, version, expected] of cases) {
    test(name, () => assert.deepEqual(said(kubeadm, version), expected));
  }
});

test('three mistakes are three errors', () => {
  const found = said(
    { featureGates: { Nope: true }, kubelet: { nope: 1 }, kubeProxy: { nope: 1 } },
    '1.35.9',
  );
  assert.equal(found.length, 3);
});

test('a near name is offered', () => {
  const [first] = kubeadmRules(resolved({ featureGates: { EtcdLernerMode: true } }), '1.30.14');
  assert.match(first?.hint ?? '', /EtcdLearnerMode/);
});

test('codes are of the list, messages say versions and end without a full stop', () => {
  const file = resolved({ featureGates: { EtcdLearnerMode: true }, kubelet: { runOne: true } });
  const found = kubeadmRules(file, '1.35.9');
  assert.equal(found.length, 2);
  for (const { code, message } of found) {
    assert.ok(code in CODES);
    assert.doesNotMatch(message, /\.$/);
  }
  assert.match(found[0]?.message ?? '', /1\.35\.9.*from 1\.27 to 1\.32/);
});

test('the plain cluster is fine in every version', () => {
  for (const version of VERSIONS) assert.deepEqual(said({}, version), [], version);
});
