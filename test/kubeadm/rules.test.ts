import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseDocument, stringify, LineCounter, isMap, isScalar } from 'yaml';
import { CODES } from '../../src/diagnostics/codes.ts';
import type { Kubeadm, ResolvedCluster } from '../../src/cluster/cluster.ts';
import type { Path } from '../../src/diagnostics/diagnostic.ts';
import { helmRules } from '../../src/kubeadm/helm-rules.ts';
import { kubeadmRules } from '../../src/kubeadm/rules.ts';
import type { Span } from '../../src/source/source.ts';
import { readClusterText } from '../support/cluster-case.ts';
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

describe('flags of kubeadm’s and bake’s own are refused, and those of people are not', () => {
  type Flags = Partial<Kubeadm['extraArgs']>;
  const refused: [Flags, RegExp][] = [
    [{ etcd: { 'data-dir': '/data' } }, /lost with the container.*mounted at \/var\/lib\/etcd/],
    [{ etcd: { 'wal-dir': '/wal' } }, /lost with the container/],
    [{ etcd: { name: 'e' } }, /the same on all/],
    [{ etcd: { 'initial-cluster-token': 'x' } }, /the same on all/],
    [{ etcd: { 'listen-client-urls': 'http://0.0.0.0:2379' } }, /the same on all/],
    [{ etcd: { 'force-new-cluster': 'true' } }, /throw the others out/],
    [{ etcd: { 'peer-key-file': '/x' } }, /secrets file/],
    [{ apiServer: { 'secure-port': '7000' } }, /set balancer\.apiPort/],
    [{ apiServer: { 'anonymous-auth': 'false' } }, /no master would stay up and no machine join/],
    [{ apiServer: { 'advertise-address': '10.0.0.1' } }, /set address of each master/],
    [{ apiServer: { 'bind-address': '127.0.0.1' } }, /not there on the others/],
    [{ apiServer: { 'service-cluster-ip-range': '10.0.0.0/16' } }, /set networks\.services/],
    [{ apiServer: { 'etcd-servers': 'https://e:2379' } }, /set kubeadm\.externalEtcd/],
    [{ apiServer: { 'tls-cert-file': '/x' } }, /kubeadm\.certSANs/],
    [{ apiServer: { 'service-account-key-file': '/x' } }, /bake secrets import/],
    [{ apiServer: { 'requestheader-client-ca-file': '/x' } }, /secrets file/],
    [{ apiServer: { 'authorization-mode': 'RBAC' } }, /Node,RBAC/],
    [{ apiServer: { 'enable-bootstrap-token-auth': 'false' } }, /bootstrap token/],
    [{ controllerManager: { 'cluster-cidr': '10.0.0.0/8' } }, /set networks\.pods/],
    [{ controllerManager: { 'cluster-signing-key-file': '/x' } }, /secrets file/],
    [{ controllerManager: { controllers: '*' } }, /bootstrapsigner,tokencleaner/],
    [{ controllerManager: { 'leader-elect': 'false' } }, /every master/],
    [{ scheduler: { kubeconfig: '/x' } }, /kubeadm makes its kubeconfig/],
    [{ scheduler: { 'secure-port': '1' } }, /restarted for ever/],
    [{ kubelet: { 'hostname-override': 'zz' } }, /the same name/],
    [{ kubelet: { 'node-ip': '10.0.0.1' } }, /set address of each node/],
    [{ kubelet: { config: '/x' } }, /kubeadm\.kubelet/],
    [{ kubelet: { 'container-runtime-endpoint': 'unix:///x' } }, /set runtime in the profile/],
    [{ kubelet: { 'register-with-taints': 'a=b:NoSchedule' } }, /set taints of each node/],
    [{ kubelet: { 'node-labels': 'a=b' } }, /set labels of each node/],
  ];
  for (const [flags, why] of refused) {
    test(JSON.stringify(flags), () => {
      const found = kubeadmRules(resolved({ extraArgs: { ...none, ...flags } }), '1.34.11');
      assert.deepEqual(
        found.map(({ code, severity }) => [code, severity]),
        [['B614', 'error']],
      );
      const [one] = found;
      assert.ok(one?.hint !== undefined && one.span?.start.line !== undefined);
      assert.match(`${one.message}; ${one.hint}`, why);
    });
  }

  const refusedFields: readonly [Partial<Kubeadm>, RegExp][] = [
    [
      { kubelet: { staticPodPath: '/x' } },
      /staticPodPath of KubeletConfiguration can’t be "\/x": the control plane/,
    ],
    [{ kubelet: { containerRuntimeEndpoint: 'unix:///x' } }, /set runtime in the profile/],
    [{ kubelet: { imageServiceEndpoint: 'unix:///x' } }, /set runtime in the profile/],
    [{ kubelet: { clusterDomain: 'x.local' } }, /set networks\.dnsDomain/],
    [{ kubelet: { registerNode: false } }, /no nodes/],
    [{ kubelet: { healthzPort: 0 } }, /gives up/],
    [
      { kubelet: { authentication: { x509: { clientCAFile: '/x' } } } },
      /authentication\.x509\.clientCAFile of/,
    ],
    [{ kubeProxy: { clusterCIDR: '10.0.0.0/8' } }, /set networks\.pods/],
    [{ kubeProxy: { hostnameOverride: 'x' } }, /the same name/],
    [{ kubeProxy: { clientConnection: { kubeconfig: '/x' } } }, /puts its kubeconfig/],
  ];
  for (const [fields, why] of refusedFields) {
    test(JSON.stringify(fields), () => {
      const found = kubeadmRules(resolved(fields), '1.34.11');
      assert.deepEqual(
        found.map(({ code, severity }) => [code, severity]),
        [['B614', 'error']],
      );
      const [one] = found;
      assert.match(`${one?.message}; ${one?.hint}`, why);
    });
  }

  test('fields that say what they would be anyway, and others beside them', () => {
    const kubelet = {
      staticPodPath: '/etc/kubernetes/manifests',
      clusterDomain: 'cluster.local',
      clusterDNS: ['169.254.20.10'],
      authentication: { anonymous: { enabled: false } },
    };
    const kubeProxy = { clusterCIDR: '10.244.0.0/16', clientConnection: { qps: 20 } };
    assert.deepEqual(kubeadmRules(resolved({ kubelet, kubeProxy }), '1.34.11'), []);
  });

  test('it points at the flag, and three are three', () => {
    const extraArgs = { ...none, etcd: { 'data-dir': '/d', name: 'e' }, kubelet: { 'node-ip': '::1' } };
    assert.deepEqual(said({ extraArgs }, '1.34.11'), [
      'error B614 7:7 data-dir: /d',
      'error B614 8:7 name: e',
      'error B614 10:7 node-ip: ::1',
    ]);
  });

  test('what people rightly set stays theirs', () => {
    const extraArgs: Kubeadm['extraArgs'] = {
      apiServer: {
        'anonymous-auth': 'true',
        'authorization-mode': 'Node,RBAC,Webhook',
        'service-account-issuer': 'https://oidc.example.com',
        'enable-admission-plugins': 'NodeRestriction,AlwaysPullImages',
        'etcd-servers-overrides': '/events#https://e:2379',
        'encryption-provider-config': '/etc/kubernetes/mine.yaml',
        'audit-policy-file': '/etc/kubernetes/mine.yaml',
        'bind-address': '::',
      },
      controllerManager: {
        'bind-address': '0.0.0.0',
        'node-cidr-mask-size': '25',
        'cluster-signing-duration': '720h',
        controllers: '*,bootstrapsigner,tokencleaner,-ttl',
      },
      scheduler: { 'bind-address': '0.0.0.0', config: '/etc/kubernetes/mine.yaml' },
      etcd: { 'listen-metrics-urls': 'http://0.0.0.0:2381', 'snapshot-count': '5000' },
      kubelet: {
        'max-pods': '64',
        'cloud-provider': 'external',
        'root-dir': '/data/kubelet',
        'node-ip': '::',
      },
    };
    assert.deepEqual(said({ extraArgs }, '1.34.11'), []);
  });

  test('a flag whose file bake writes is refused only where it writes it', () => {
    const apiServer = {
      'encryption-provider-config': '/x',
      'audit-policy-file': '/x',
      'audit-log-path': '/var/log/audit.log',
    };
    const both = { encryptSecrets: true, auditPolicy: 'policy', extraArgs: { ...none, apiServer } };
    assert.equal(said(both, '1.34.11').length, 3);
    const stdout = { ...none, apiServer: { 'audit-log-path': '-' } };
    assert.deepEqual(said({ auditPolicy: 'policy', extraArgs: stdout }, '1.34.11'), []);
  });
});

test('a helm is for the Kubernetes of the masters', () => {
  const { value } = readClusterText(
    `name: a\nnodes: [{ name: m, role: master, address: 10.0.0.11 }]\naddons: [helm]\n`,
  );
  assert.ok(value);
  const hints = (version: string): string | undefined => {
    const [found, ...others] = helmRules(value, version);
    assert.deepEqual(others, []);
    if (found)
      assert.deepEqual(
        [found.code, found.severity, found.span?.start],
        ['B503', 'warning', { line: 3, column: 10 }],
      );
    return found?.hint;
  };
  assert.equal(hints('1.35.8'), undefined, 'bake’s own profiles get no warning');
  assert.equal(hints('1.32.0'), undefined);
  assert.match(hints('1.31.14') ?? '', /version: 3\.18\.4/);
  assert.match(hints('1.29.15') ?? '', /version: 3\.17\.3/);
  assert.match(hints('1.37.1') ?? '', /sha256: \.\.\./);
  assert.match(hints('1.20.15') ?? '', /sha256: \.\.\./);
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
