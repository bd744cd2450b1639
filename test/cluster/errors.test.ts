import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { CODES } from '../../src/diagnostics/codes.ts';
import { CLUSTER_ERRORS, sayOfCase } from '../support/cluster-case.ts';
import { printCase, readErrorCases } from '../support/error-case.ts';
import { updating } from '../support/update.ts';

const cases = readErrorCases(CLUSTER_ERRORS);

describe('wrong cluster files', () => {
  for (const one of cases) {
    test(one.name, async () => {
      const { said, isRefused } = await sayOfCase(one);
      const [wanted] = one.name.split('-');
      assert.ok(said.includes(`[${wanted}]`), `${wanted} is not said:\n${said}`);
      assert.equal(isRefused, (one.options.exit ?? 1) !== 0, said);
      if (updating)
        writeFileSync(join(CLUSTER_ERRORS, `${one.name}.yml`), printCase(one, said, CLUSTER_ERRORS));
      else assert.equal(said, one.expected);
    });
  }
});

test('every finding has a place', () => {
  for (const { name, expected } of cases)
    assert.match(expected, /^[\w./+-]+\.(?:yaml|json|crt):\d+:\d+: /, name);
});

/** Found when a profile meets its cluster: their cases are in test/errors. */
const OF_MACHINES = new Set(['B612', 'B613', 'B614']);

test('there are many, and every code of clusters is among them', () => {
  assert.ok(cases.length >= 90, `only ${cases.length}`);
  const cased = new Set(cases.map(({ name }) => name.split('-')[0]));
  for (const code of Object.keys(CODES).filter((name) => name.startsWith('B6') && !OF_MACHINES.has(name)))
    assert.ok(cased.has(code), code);
});

test('no secret of a case is shown', () => {
  const secrets = [
    'correct-horse',
    'abcdef.0123456789abcdef',
    'MIIEpAIBAAKCAQEA',
    '0123456789abcdef0123456789abcdef',
  ];
  const own = cases.filter(({ name }) => name.startsWith('B609-'));
  for (const secret of secrets) {
    const one = own.find(({ profile, options }) => `${profile}${JSON.stringify(options)}`.includes(secret));
    assert.ok(one, 'no case has it');
    for (const { name, expected } of cases) assert.ok(!expected.includes(secret), name);
  }
});
