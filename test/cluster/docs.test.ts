import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { readCluster } from '../../src/cluster/read.ts';
import { clusterFile, type ClusterFile } from '../../src/cluster/schema.ts';
import type { ClusterSecrets } from '../../src/secrets/cluster-secrets.ts';
import { makeClusterSecrets } from '../../src/secrets/make.ts';
import { secretsText } from '../../src/secrets/write.ts';
import { bake } from '../support/cli.ts';
import { blocksOf, readDocuments } from '../support/documents.ts';
import { profileRows } from '../support/profile-page.ts';
import { ROOT } from '../support/programs.ts';
import { readClusterText } from '../support/cluster-case.ts';
import { CERTIFICATE } from '../support/cluster-secrets.ts';
import { inTempFolder } from '../support/temp-folder.ts';
import { matchesFile } from '../support/update.ts';

const MARKER = '<!-- What follows is made from the schema by test/cluster/docs.test.ts with UPDATE=1. -->';
const PAGE = 'docs/cluster.md';

const documents = readDocuments();
const page = documents.find(({ path }) => path === PAGE);
assert.ok(page, `${PAGE} is missing`);
const examples = documents
  .flatMap(blocksOf)
  .filter(({ language, text }) => language === 'yaml' && text.startsWith('# cluster\n'));

/** Whatever an example names lies beside it. */
const beside = {
  text: (name: string) => ({ source: { id: name, path: name, text: TEXTS[name] ?? OTHERWISE } }),
};
const TEXTS: Readonly<Record<string, string>> = {
  'audit.yaml': 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [level: None]\n',
  'ca.crt': CERTIFICATE,
};
const OTHERWISE = 'apiVersion: v1\nkind: List # 10.0.0.0/8\n';

describe('clusters in the documentation are right', () => {
  for (const { where, text } of examples)
    test(where, () => {
      const { value, diagnostics } = readCluster({ id: 'cluster.yaml', path: where, text }, beside);
      assert.deepEqual(
        diagnostics.map(({ message }) => message),
        [],
      );
      assert.ok(value);
    });
  test('there are some', () => assert.ok(examples.length >= 9));
});

describe('clusters in the documentation make machines of bake’s own profiles', () => {
  let made: ClusterSecrets;
  before(async () => {
    const lifetimes = { initWindowSeconds: 3600, tokenTtlSeconds: 86_400 };
    made = await makeClusterSecrets({ cluster: 'any', now: new Date(), ...lifetimes });
  });
  for (const { where, text } of examples)
    test(where, () =>
      inTempFolder(async (folder) => {
        const { name, profiles, addons, kubeadm, proxy } = parse(text) as ClusterFile;
        const { certificate, key } = made.authorities.etcd;
        const files = [
          ...(addons ?? []).map((addon) => (typeof addon === 'string' ? undefined : addon.file)),
          kubeadm?.auditPolicy,
          ...(kubeadm?.patches ?? []),
        ];
        for (const file of files)
          if (file !== undefined) writeFileSync(join(folder, file), beside.text(file).source.text);
        for (const [role, file] of Object.entries(profiles ?? {}))
          if (file?.startsWith('./')) writeFileSync(join(folder, file), `extends: ${role}\n`);
        for (const file of ['ca.crt', 'client.crt']) writeFileSync(join(folder, file), certificate);
        writeFileSync(join(folder, 'cluster.yaml'), text);
        const cluster = {
          ...made,
          cluster: name,
          ...(kubeadm?.externalEtcd ? { externalEtcdKey: key } : {}),
          ...(proxy?.credentials === undefined
            ? {}
            : { proxies: { [proxy.credentials]: { username: 'machines', password: 'correct-horse' } } }),
        };
        writeFileSync(join(folder, 'secrets.yaml'), secretsText({ registries: {}, cluster }), {
          mode: 0o600,
        });
        const { code, err } = await bake(['cluster', 'render'], folder);
        assert.equal(code, 0, err);
        assert.doesNotMatch(err, /\[B50[123]\]/, 'versions and combinations that nobody should begin with');
      }),
    );
});

/** Keys that are there to be refused with a reason. */
const REFUSED = ['counts.master', 'counts.haproxy'];
const rows = profileRows(clusterFile);

test('every key stands in an example', () => {
  const shown = new Set<string>();
  const look = (value: unknown, path: string): void => {
    shown.add(path);
    if (Array.isArray(value)) for (const item of value) look(item, `${path}[]`);
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) look(inner, path === '' ? key : `${path}.${key}`);
  };
  for (const { text } of examples) look(parse(text), '');
  assert.ok(rows.length > 70, String(rows.length));
  assert.deepEqual(
    rows.map(({ path }) => path).filter((path) => !shown.has(path) && !REFUSED.includes(path)),
    [],
  );
});

test('the page has every key and its meaning', () => {
  const head = page.text.slice(0, page.text.indexOf(MARKER) + MARKER.length);
  assert.ok(head.endsWith(MARKER));
  const lines = rows
    .filter(({ path }) => !REFUSED.includes(path))
    .map(({ path, isRequired, meaning }) => {
      assert.ok(meaning !== '', `${path} has no meaning`);
      return `| \`${path}\` | ${isRequired ? 'required' : ''} | ${meaning.replaceAll('|', '\\|')} |`;
    });
  const table = ['| key | | meaning |', '| --- | --- | --- |', ...lines].join('\n');
  matchesFile(
    `${head}\n\n<!-- prettier-ignore-start -->\n\n${table}\n\n<!-- prettier-ignore-end -->\n`,
    join(ROOT, PAGE),
  );
});

test('the defaults are those that the descriptions name', () => {
  const nodes =
    'nodes: [{ name: m, role: master, address: 10.0.0.11 }, { name: l, role: haproxy, address: 10.0.0.1 }]';
  const cluster = readClusterText(`name: a\nvirtualIp: 10.0.0.10\n${nodes}\n`).value?.cluster;
  assert.ok(cluster);
  const defaults: Readonly<Record<string, unknown>> = {
    'networks.pods': cluster.networks.pods.join(),
    'networks.services': cluster.networks.services.join(),
    'networks.dnsDomain': cluster.networks.dnsDomain,
    'discovery.initWindow': `${cluster.discovery.initWindow / 3600}h`,
    'discovery.tokenTtl': `${cluster.discovery.tokenTtl / 3600}h`,
    'balancer.engine': cluster.balancer.engine,
    'balancer.apiPort': cluster.balancer.apiPort,
    'balancer.stats.port': cluster.balancer.stats?.port,
    'virtualIp.mode': cluster.virtualIp?.mode,
    'endpoint.port': cluster.endpoint.port,
  };
  for (const [path, value] of Object.entries(defaults)) {
    const meaning = rows.find((row) => row.path === path)?.meaning ?? '';
    assert.ok(
      meaning.includes(`${String(value)} unless told otherwise`),
      `${path}: ${meaning} (${String(value)})`,
    );
  }
  assert.equal(cluster.balancer.stats?.address, '127.0.0.1');
  assert.equal(cluster.virtualIp?.nopreempt, true);
});
