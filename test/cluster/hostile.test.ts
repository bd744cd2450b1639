import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse, stringify } from 'yaml';
import { noProxyOf } from '../../src/cluster/no-proxy.ts';
import { readCluster } from '../../src/cluster/read.ts';
import { certSANsOf, endpointText, hostsEntriesOf, networkConfigOf } from '../../src/cluster/views.ts';
import { CLUSTERS, clusterNames } from '../support/cluster-case.ts';
import { nastyText, pick, randomFrom, SEED } from '../support/random.ts';

const beside = {
  text: (name: string) => ({ source: { id: name, path: name, text: 'apiVersion: v1\nkind: List\n' } }),
};
const texts = clusterNames.map((name) => readFileSync(join(CLUSTERS, name, 'cluster.yaml'), 'utf8'));

/** Values that have a form somewhere, and are wrong or odd elsewhere. */
const ODD: readonly unknown[] = [
  '0.0.0.0/0',
  '::/0',
  '10.0.0.11',
  '2001:db8::11',
  '10.0.0.0/33',
  'a',
  '',
  0,
  -1,
  255,
  65_535,
  1e21,
  true,
  null,
  [],
  {},
  ['10.0.0.0/8', '::/0'],
  '[::]:1',
  'constructor',
  '9999d',
];

type Container = Record<string, unknown> | unknown[];

function containers(value: unknown): Container[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value as Container, ...Object.values(value).flatMap(containers)];
}

test(`changed at random 3000 times, a cluster file is taken or refused with places (SEED=${SEED})`, () => {
  const random = randomFrom(SEED);
  let taken = 0;
  for (let i = 0; i < 3000; i++) {
    const file: unknown = parse(pick(random, texts));
    for (let n = 0; n <= random() * 2; n++) {
      const at = pick(random, containers(file)) as Record<string, unknown>;
      const key = pick(random, Object.keys(at)) as string | undefined;
      if (key === undefined) continue;
      if (random() < 0.2) Reflect.deleteProperty(at, key);
      else at[key] = random() < 0.3 ? nastyText(random) : structuredClone(pick(random, ODD));
    }
    const text = stringify(file);
    const { value, diagnostics } = readCluster({ id: 'cluster.yaml', path: 'cluster.yaml', text }, beside);
    for (const { message, span } of diagnostics)
      assert.ok(span && span.start.line >= 1, `${message}\n${text}`);
    if (!value) {
      assert.ok(
        diagnostics.some(({ severity }) => severity === 'error'),
        text,
      );
      continue;
    }
    taken += 1;
    const { cluster } = value;
    const derived = JSON.stringify([
      cluster,
      endpointText(cluster.endpoint),
      hostsEntriesOf(cluster),
      noProxyOf(cluster),
      certSANsOf(cluster),
      cluster.nodes.map((node) => networkConfigOf(node, cluster)),
    ]);
    assert.ok(!/undefined|NaN/.test(derived), text);
    // Names and addresses end up in files that know no quotes.
    for (const name of [...certSANsOf(cluster), ...hostsEntriesOf(cluster).flatMap(({ names }) => names)])
      assert.match(name, /^[a-z0-9:.-]+$/, text);
  }
  assert.ok(taken > 100 && taken < 2900, String(taken));
});
