import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../support/programs.ts';

test('each file of tests is in one group of test/run.sh', () => {
  const patterns = readFileSync(join(ROOT, 'test/run.sh'), 'utf8').match(/test\/\S+\.test\.ts/g) ?? [];
  assert.ok(patterns.length > 30);
  const expressions = patterns.map(
    (pattern) => new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`),
  );
  const files = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `test/${name}`);
  for (const file of files)
    assert.equal(expressions.filter((expression) => expression.test(file)).length, 1, file);
});
