import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { KUBELET_FIELDS, KUBE_PROXY_FIELDS } from '../../src/catalog/component-fields.ts';
import { KUBEADM_API_MINORS, lives, minorNumber } from '../../src/catalog/kubeadm.ts';
import { kubeadmFiles } from '../../src/kubeadm/emit.ts';
import { INIT_FILE, JOIN_FILE, type KubeadmFile, type KubeadmFiles } from '../../src/kubeadm/input.ts';
import { matchesFile, updating } from '../support/update.ts';
import { CASES, VERSIONS, type Case } from './cases.ts';
import { CA_CERT_HASH, SECRETS } from './sample.ts';
import { datedFields, problemsOf } from './types/check.ts';
import { refusalsOf } from './types/refusals.ts';

const FOLDER = fileURLToPath(new URL('cases/', import.meta.url));

type Mapping = Record<string, unknown>;

/** The documents of init.yaml and join.yaml, by YAML 1.2 or, as Go's reader does, by 1.1. */
function documentsOf(file: KubeadmFile, version: '1.1' | '1.2' = '1.1'): Mapping[] {
  return parseAllDocuments(file.text, { version }).map((document) => {
    assert.deepEqual(document.errors, []);
    return document.toJS() as Mapping;
  });
}

const configurations = ({ files }: KubeadmFiles): KubeadmFile[] =>
  files.filter(({ path }) => path === INIT_FILE || path === JOIN_FILE);

const filesOf = (one: Case): KubeadmFiles => kubeadmFiles(one.input);

if (updating) rmSync(FOLDER, { recursive: true, force: true });

describe('kubeadm’s files of', () => {
  for (const one of CASES) {
    test(one.name, () => {
      const { files, initArgs, joinArgs } = filesOf(one);
      const folder = join(FOLDER, one.name);
      const args = [...initArgs.map((arg) => `init ${arg}`), ...joinArgs.map((arg) => `join ${arg}`)];
      const texts = new Map([
        ...files.map(({ path, text }) => [basename(path), text] as const),
        ...(args.length > 0 ? [['args.txt', `${args.join('\n')}\n`] as const] : []),
      ]);
      assert.equal(texts.size, files.length + (args.length > 0 ? 1 : 0), 'no two files share a name');
      for (const [name, text] of texts) matchesFile(text, join(folder, name));
      assert.deepEqual(readdirSync(folder).sort(), [...texts.keys()].sort(), 'no expected file is left over');

      for (const file of configurations({ ...filesOf(one) })) {
        const documents = documentsOf(file);
        assert.deepEqual(documents, documentsOf(file, '1.2'), 'both YAMLs read the same');
        for (const document of documents) assert.deepEqual(problemsOf(document, one.input.version), []);
        assert.deepEqual(refusalsOf(documents, one.input.version), []);
      }
    });
  }
});

test('no folder of expected files is left over', () => {
  assert.ok(existsSync(FOLDER));
  const names = readdirSync(FOLDER).flatMap((top) =>
    readdirSync(join(FOLDER, top)).map((machine) => `${top}/${machine}`),
  );
  assert.deepEqual(names.sort(), CASES.map(({ name }) => name).sort());
});

test('every minor from 1.17 to 1.37 has the version of the configuration that its kubeadm reads', () => {
  assert.deepEqual(
    VERSIONS.map(minorNumber),
    Array.from({ length: 21 }, (_, i) => 17 + i),
  );
  for (const one of CASES.filter(({ input }) => input.api === undefined)) {
    const minor = minorNumber(one.input.version);
    const expected = minor <= 21 ? 'v1beta2' : minor <= 30 ? 'v1beta3' : 'v1beta4';
    const written = configurations(filesOf(one))
      .flatMap((file) => documentsOf(file))
      .map(({ apiVersion }) => String(apiVersion))
      .filter((name) => name.startsWith('kubeadm'));
    assert.ok(written.length > 0);
    assert.deepEqual(new Set(written), new Set([`kubeadm.k8s.io/${expected}`]));
    assert.ok(lives(KUBEADM_API_MINORS[expected], one.input.version));
  }
});

test('values of the secrets file are in files that say so and in no argument', () => {
  const values = Object.values(SECRETS).map((value) => value.trim());
  let found = 0;
  for (const one of CASES) {
    const { files, initArgs, joinArgs, secret } = filesOf(one);
    assert.equal(secret, true);
    for (const { path, text, mode, secret: isSecret } of files) {
      const holds = values.some((value) => text.includes(value));
      assert.equal(holds, isSecret, `${one.name} ${path}`);
      assert.equal(mode, '0600');
      found += Number(holds);
    }
    for (const arg of [...initArgs, ...joinArgs]) assert.ok(!values.some((value) => arg.includes(value)));
  }
  assert.ok(found > CASES.length / 2);
});

test('a machine that may not start the cluster has nothing to start it with', () => {
  for (const one of CASES) {
    const paths = filesOf(one).files.map(({ path }) => path);
    assert.equal(paths.includes(INIT_FILE), one.input.role === 'master' && one.input.initialiser, one.name);
    assert.ok(paths.includes(JOIN_FILE));
    const [join] = documentsOf(filesOf(one).files.find(({ path }) => path === JOIN_FILE) as KubeadmFile);
    assert.equal('controlPlane' in (join ?? {}), one.input.role === 'master');
    assert.ok(JSON.stringify(join).includes(CA_CERT_HASH));
    if (one.input.role === 'worker') {
      assert.ok(!paths.some((path) => path.startsWith('/etc/kubernetes/')), 'keys are for masters');
    }
  }
});

test('the order in which a person writes flags changes nothing', () => {
  const [one] = CASES;
  assert.ok(one);
  const { extraArgs } = one.input.cluster.kubeadm;
  const reversed = Object.fromEntries(Object.entries(extraArgs.apiServer).reverse());
  const again: Case = {
    ...one,
    input: {
      ...one.input,
      cluster: {
        ...one.input.cluster,
        kubeadm: { ...one.input.cluster.kubeadm, extraArgs: { ...extraArgs, apiServer: reversed } },
      },
    },
  };
  assert.notDeepEqual(Object.keys(reversed), Object.keys(extraArgs.apiServer));
  assert.deepEqual(filesOf(again), filesOf(one));
});

test('our tables of fields are the types’ own', () => {
  const lifes = (fields: Readonly<Record<string, readonly [string, number, number?]>> = {}): Mapping =>
    Object.fromEntries(
      Object.entries(fields)
        .filter(([name]) => name !== 'apiVersion' && name !== 'kind')
        .map(([name, [, ...life]]) => [name, life]),
    );
  assert.deepEqual(KUBELET_FIELDS, lifes(datedFields.kubelet['KubeletConfiguration']));
  assert.deepEqual(KUBE_PROXY_FIELDS, lifes(datedFields.kubeProxy['KubeProxyConfiguration']));
});

/** Keys below these are a person's, not fields. */
const MAPS = /\.(extraArgs|kubeletExtraArgs|featureGates|evictionHard)$/;

/** Every document with one field renamed, or one value of another type: each is wrong. */
function* mutants(value: unknown, path = ''): Generator<[unknown, string]> {
  if (Array.isArray(value)) {
    yield [Object.fromEntries(value.entries()), `${path} as mapping`];
    for (const [i, item] of value.entries())
      for (const [mutant, name] of mutants(item, path)) yield [value.with(i, mutant), name];
  } else if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    for (const [key, item] of entries) {
      const others = entries.filter(([other]) => other !== key);
      if (!MAPS.test(path))
        yield [Object.fromEntries([...others, [`${key}X`, item]]), `${path}.${key} renamed`];
      for (const [mutant, name] of mutants(item, `${path}.${key}`))
        yield [Object.fromEntries([...others, [key, mutant]]), name];
    }
  } else {
    const other = typeof value === 'string' ? 7 : String(value);
    yield [other, `${path} as ${typeof other}`];
  }
}

test('the check of types sees every renamed field and every wrong type', () => {
  let count = 0;
  for (const one of CASES) {
    for (const document of configurations(filesOf(one)).flatMap((file) => documentsOf(file))) {
      for (const [mutant, name] of mutants(document)) {
        assert.notDeepEqual(problemsOf(mutant, one.input.version), [], `${one.name}: ${name}`);
        count++;
      }
    }
  }
  assert.ok(count > 5000, `${count} mutants`);
});

test('a version of the configuration is not taken for another', () => {
  const masters = CASES.filter(({ name }) => name.endsWith('/cp1') && /^1\./.test(name));
  for (const one of masters) {
    const documents = configurations(filesOf(one)).flatMap((file) => documentsOf(file));
    const own = String(documents[0]?.['apiVersion']);
    for (const other of ['v1beta1', 'v1beta2', 'v1beta3', 'v1beta4']) {
      const api = `kubeadm.k8s.io/${other}`;
      const asOther = documents.map((document) => ({ ...document, apiVersion: api }));
      const said = asOther.slice(0, 2).flatMap((document) => problemsOf(document, one.input.version));
      // v1beta2 without a certificate key and ignored errors is v1beta1 as well.
      const fits = api === own || (own.endsWith('v1beta2') && other === 'v1beta1');
      assert.equal(said.length === 0, fits, `${one.name} as ${other}: ${said.join('; ')}`);
    }
  }
});

test('kubeadm’s refusals are seen', () => {
  const one = CASES.find(({ name }) => name === 'dual-stack-1.36.5/cp1');
  assert.ok(one);
  const [init, join] = configurations(filesOf(one));
  assert.ok(init && join);
  const edits: [RegExp, string][] = [
    [/ttl: .*/, 'expires: "2026-12-01T00:00:00Z"'],
    [/ttl: .*/, 'ttl: 0s'],
    [/criSocket: unix:\/\//, 'criSocket: '],
    [/sha256:0/, 'sha256:x'],
    [/fd00:10:244::/, '10.245.0.0'],
    [/controlPlaneEndpoint: .*/, 'controlPlaneEndpoint: https://kubeapi.example.com:6443'],
    [/advertiseAddress: .*/, 'advertiseAddress: cp1'],
    [/imageRepository: registry.k8s.io\/coredns/, 'imageRepository: registry.k8s.io'],
    [/name: cp1/, 'name: CP_1'],
    [/clusterName: .*/, 'featureGates: { IPv6DualStack: true }'],
    [/kubernetes.example.com/, 'https://kubernetes.example.com'],
    [/serviceSubnet: /, 'serviceSubnet: 10.95.0.0/16,'],
  ];
  for (const [pattern, replacement] of edits) {
    const file = pattern.test(init.text) ? init : join;
    const text = file.text.replace(pattern, replacement);
    assert.notEqual(text, file.text, String(pattern));
    assert.notDeepEqual(refusalsOf(documentsOf({ ...file, text }), one.input.version), [], replacement);
  }
});
