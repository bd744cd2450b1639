import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CODES } from '../../src/diagnostics/codes.ts';
import { CLUSTER_ERRORS } from '../support/cluster-case.ts';
import { ERROR_CASES, printCase, readErrorCases, runCase } from '../support/error-case.ts';
import { errorsPage } from '../support/errors-page.ts';
import { userDataCases } from '../support/user-data-corpus.ts';
import { matchesFile, updating } from '../support/update.ts';

const errorCases = readErrorCases();
const allCases = [...errorCases, ...readErrorCases(CLUSTER_ERRORS), ...userDataCases()];

describe('error cases', () => {
  for (const one of errorCases) {
    test(one.name, async () => {
      const { said, code } = await runCase(one);
      assert.equal(code, one.options.exit ?? 1, said);
      const [wanted] = one.name.split('-');
      assert.ok(
        said.includes(`[${wanted}]`) || said.includes(`"${wanted}"`),
        `${wanted} is not said:\n${said}`,
      );
      if (updating) writeFileSync(join(ERROR_CASES, `${one.name}.yml`), printCase(one, said));
      else assert.equal(said, one.expected);
    });
  }
});

test('every code has an error case, and every case a code', () => {
  const cased = new Set(allCases.map(({ name }) => name.split('-')[0]));
  assert.deepEqual([...cased].sort(), Object.keys(CODES).sort());
});

test('there are eighty error cases and more', () => assert.ok(errorCases.length >= 80));

test('docs/errors.md is up to date', () => {
  matchesFile(
    errorsPage([...readErrorCases(), ...readErrorCases(CLUSTER_ERRORS), ...userDataCases()]),
    fileURLToPath(new URL('../../docs/errors.md', import.meta.url)),
  );
});
