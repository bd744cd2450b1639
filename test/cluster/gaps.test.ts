import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { isCollection, parseDocument, visit, type Document } from 'yaml';
import { fileProvider, openCluster } from '../../src/adapters/files.ts';
import { readCluster } from '../../src/cluster/read.ts';
import type { Path } from '../../src/diagnostics/diagnostic.ts';
import type { Source } from '../../src/source/source.ts';
import { CLUSTERS, clusterNames } from '../support/cluster-case.ts';

function sourceOf(name: string): { readonly source: Source; readonly folder: string } {
  const folder = join(CLUSTERS, name);
  const opened = openCluster('cluster.yaml', folder);
  assert.ok('source' in opened);
  return { source: opened.source, folder };
}

/** Every place in a document, from the top. */
function placesOf(document: Document): Path[] {
  const places: Path[] = [];
  const walk = (value: unknown, path: Path): void => {
    if (path.length > 0) places.push(path);
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value))
      walk(inner, [...path, Array.isArray(value) ? Number(key) : key]);
  };
  walk(document.toJS(), []);
  return places;
}

/** Of another type than what it takes the place of. */
const wrongFor = (value: unknown): unknown =>
  isCollection(value) ? 'no such thing' : { no: ['such thing'] };

for (const name of clusterNames) {
  test(`${name}: one wrong shape makes no rule say what is not so`, () => {
    const { source, folder } = sourceOf(name);
    const say = (text: string) => readCluster({ ...source, text }, fileProvider(folder)).diagnostics;
    const before = new Set(say(source.text).map(({ code, message }) => `${code} ${message}`));
    const document = parseDocument(source.text);
    visit(document, { Alias: () => assert.fail('an alias would change in two places') });
    let tried = 0;
    for (const path of placesOf(document)) {
      const wrong = document.clone() as Document;
      wrong.setIn(path, wrong.createNode(wrongFor(wrong.getIn(path))));
      const said = say(String(wrong));
      // Settings of kubelet and kube-proxy are of any shape.
      if (!said.some(({ code }) => code.startsWith('B2'))) continue;
      tried++;
      const untrue = said.filter(
        ({ code, message }) => !/^B[12]/.test(code) && !before.has(`${code} ${message}`),
      );
      assert.deepEqual(
        untrue.map(({ code, message }) => `${code} ${message}`),
        [],
        path.join('.'),
      );
    }
    assert.ok(tried >= 5, `only ${tried}`);
  });
}

test('a place that is told is where it was written, whatever was left out before it', () => {
  const text = `name: demo
nodes:
  - { name: M1, role: master, address: 10.0.0.11 }
  - { name: m2, role: master, address: 10.0.0.12 }
  - { name: m2, role: worker, address: 10.0.0.12, mac: x }
addons: [nothing-of-ours, { name: mine }]
`;
  const { diagnostics } = readCluster(
    { id: 'cluster.yaml', path: 'cluster.yaml', text },
    { text: () => ({ reason: 'there is no such file' }) },
  );
  assert.deepEqual(
    diagnostics.map(({ code, path }) => `${code} ${path.join('.')}`),
    [
      'B203 nodes.0.name',
      'B604 nodes.2.name',
      'B604 nodes.2.address',
      'B203 nodes.2.mac',
      'B203 addons.0',
      'B610 addons.1',
    ],
  );
});
