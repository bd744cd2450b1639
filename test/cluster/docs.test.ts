import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { readCluster } from '../../src/cluster/read.ts';
import { clusterFile } from '../../src/cluster/schema.ts';
import { blocksOf, readDocuments } from '../support/documents.ts';
import { profileRows } from '../support/profile-page.ts';
import { ROOT } from '../support/programs.ts';
import { readClusterText } from '../support/cluster-case.ts';
import { CERTIFICATE } from '../support/cluster-secrets.ts';
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
  'audit.yaml': 'kind: Policy\nrules: [level: None]\n',
  'ca.crt': CERTIFICATE,
};
const OTHERWISE = 'kind: List # 10.0.0.0/8\n';

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
