import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { renderText } from '../../src/diagnostics/render.ts';
import { stableJson } from '../../src/text/stable-json.ts';
import { CLUSTERS, clusterNames, readClusterIn } from '../support/cluster-case.ts';
import { matchesFile } from '../support/update.ts';

/** Cases that are meant to warn; all others say nothing. */
const WARN: readonly string[] = ['weak'];

describe('golden clusters', () => {
  for (const name of clusterNames) {
    test(name, () => {
      const { value, diagnostics } = readClusterIn(join(CLUSTERS, name));
      const said = diagnostics.map((diagnostic) => `${renderText(diagnostic)}\n`).join('');
      assert.ok(value, said);
      matchesFile(`${stableJson(value.cluster, 2)}\n`, join(CLUSTERS, name, 'expected/cluster.json'));
      if (WARN.includes(name)) matchesFile(said, join(CLUSTERS, name, 'expected/diagnostics.txt'));
      else assert.equal(said, '');
    });
  }
  test('there are eight and more', () => assert.ok(clusterNames.length >= 8));
});

test('reading twice gives the same', () => {
  for (const name of clusterNames) {
    const [first, second] = [1, 2].map(() => readClusterIn(join(CLUSTERS, name)).value?.cluster);
    assert.deepEqual(first, second);
  }
});
