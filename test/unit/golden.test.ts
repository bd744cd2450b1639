import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OS_IDS, ROLES } from '../../src/profile/schema.ts';
import { STEP_KINDS } from '../../src/steps/index.ts';
import { caseNames, checkCase, compileCase } from '../support/golden.ts';

describe('golden cases', () => {
  for (const name of caseNames) test(name, () => checkCase(name));
});

test('the golden cases have every step kind, role and operating system', () => {
  const plans = caseNames.map((name) => compileCase(name).value?.plan);
  const kinds = new Set(plans.flatMap((plan) => plan?.steps.map(({ step }) => step.kind) ?? []));
  assert.deepEqual([...kinds].sort(), Object.keys(STEP_KINDS).sort());
  assert.deepEqual(new Set(plans.map((plan) => plan?.os)), new Set(OS_IDS));
  assert.deepEqual(new Set(plans.map((plan) => plan?.role)), new Set(ROLES));
});
