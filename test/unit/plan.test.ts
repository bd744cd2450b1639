import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { compile } from '../../src/compile.ts';
import { describePlan, parsePlan, printPlan } from '../../src/plan/make-plan.ts';
import { LAYERS } from '../../src/plan/plan.ts';
import { compiled, pieces, provider } from '../support/compile-text.ts';
import { caseNames, compileCase } from '../support/golden.ts';

const planOf = (name: string) => {
  const { value } = compileCase(name);
  assert.ok(value);
  return value.plan;
};

describe('a plan is data', () => {
  for (const name of caseNames) {
    test(`${name} is read back as it was`, () => {
      const plan = planOf(name);
      assert.deepEqual(parsePlan(printPlan(plan)), plan);
      assert.deepEqual(JSON.parse(JSON.stringify(plan)), plan);
    });
  }
  test('a text that is none, of another format, or changed is no plan', () => {
    const text = printPlan(planOf('worker'));
    for (const other of [
      '',
      'null',
      '[]',
      '{}',
      text.slice(1),
      text.replace('bake/plan/v1', 'bake/plan/v2'),
      text.replace('0644', '0666'),
    ]) {
      assert.equal(parsePlan(other), undefined, other.slice(0, 40));
    }
  });
});

describe('order and names', () => {
  for (const name of caseNames) {
    test(name, () => {
      const { steps } = planOf(name);
      const ranks = steps.map(({ layer }) => (layer === undefined ? LAYERS.length : LAYERS.indexOf(layer)));
      assert.deepEqual(
        ranks,
        [...ranks].sort((a, b) => a - b),
        'a layer after the other, boot last',
      );
      for (const { id, phase, layer, title, origin } of steps) {
        assert.match(id, /^[0-9a-f]{16}$/);
        assert.equal(layer === undefined, phase === 'boot');
        assert.match(title, /^[^\n]+$/);
        assert.ok(origin.line >= 1 && origin.column >= 1);
        assert.doesNotMatch(origin.file, /^\//, 'the same name on every machine');
      }
      assert.equal(steps.filter(({ phase }) => phase === 'bake').at(-1)?.step.kind, 'seal');
    });
  }
  test('one line a step for people', () => {
    const plan = planOf('worker');
    assert.equal(describePlan(plan).trimEnd().split('\n').length, plan.steps.length);
  });
});

describe('layers are shared', () => {
  const layer = (plan: ReturnType<typeof planOf>, name: string) =>
    plan.steps.filter((step) => step.layer === name).map(({ id }) => id);
  test('the roles have one system layer', () => {
    const plans = (['worker', 'master', 'haproxy', 'standalone'] as const).map(
      (role) => compiled({ extends: role }).plan,
    );
    for (const plan of plans)
      assert.deepEqual(layer(plan, 'system'), layer(plans[0] as (typeof plans)[0], 'system'));
  });
  test('a Kubernetes patch changes nothing before its layer', () => {
    const [old, fresh] = ['1.35.7', '1.35.8'].map((version) => compiled({ kubernetes: { version } }).plan);
    assert.ok(old && fresh);
    for (const name of ['system', 'runtime']) assert.deepEqual(layer(old, name), layer(fresh, name));
    assert.notDeepEqual(layer(old, 'kubernetes'), layer(fresh, 'kubernetes'));
  });
});

describe('versions of Kubernetes’ packages are those of their repositories', () => {
  const source = {
    url: 'https://repo.example.com/{minor}/',
    keyUrl: 'https://repo.example.com/key.asc',
    fingerprint: 'A'.repeat(40),
  };
  for (const [os, kubernetes, expected] of [
    ['debian-13', { version: '1.35.8' }, '1.35.8-1.1'],
    ['debian-13', { version: '1.23.17', source }, '1.23.17-00'],
    ['rocky-9', { version: '1.35.8' }, '1.35.8-150500.1.1'],
    ['rocky-9', { version: '1.35.8', revision: '2.1' }, '1.35.8-150500.2.1'],
    ['rocky-9', { version: '1.23.17', source }, '1.23.17-0'],
  ] as const) {
    test(`${expected} on ${os}`, () => {
      const found = compiled({ os, kubernetes })
        .plan.steps.flatMap(({ step }) => (step.kind === 'package' ? step.input.packages : []))
        .find(({ name }) => name === 'kubelet');
      assert.equal(found?.version, expected);
    });
  }
});

test('compiling changes nothing of its input', () => {
  const entry = Object.freeze({
    id: 'mine.yaml',
    path: 'mine.yaml',
    text: 'extends: worker\npackages: [htop]\nusers: [{ name: ops }]\n',
  });
  const frozen = deepFreeze(structuredClone(pieces));
  const first = compile(entry, provider(), frozen, Object.freeze({ standIn: true }));
  assert.ok(first.value);
  deepFreeze(first.value);
  assert.deepEqual(compile(entry, provider(), frozen, { standIn: true }), first);
});

test('the same bytes in another time zone, language and folder', () => {
  const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
  const tsx = import.meta.resolve('tsx');
  const profile = fileURLToPath(
    new URL('../cases/extends-in-folders/teams/red/worker.yaml', import.meta.url),
  );
  const plan = (cwd: string, env: Record<string, string>): string =>
    execFileSync(process.execPath, ['--import', tsx, main, 'plan', '--json', '--profile', profile], {
      cwd,
      env: { PATH: process.env['PATH'], ...env },
      encoding: 'utf8',
    });
  const here = plan('/', { TZ: 'UTC', LANG: 'C', LC_ALL: 'C' });
  const there = plan(fileURLToPath(new URL('../cases', import.meta.url)), {
    TZ: 'Pacific/Kiritimati',
    LANG: 'tr_TR.UTF-8',
    LC_ALL: 'tr_TR.UTF-8',
  });
  assert.equal(there, here);
  assert.ok(parsePlan(here));
});

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
