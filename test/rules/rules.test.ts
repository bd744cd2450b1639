import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { OS_IDS, ROLES } from '../../src/profile/schema.ts';
import { validateRules } from '../../src/validate/rules.ts';
import { resolved, resolvedText } from './resolved.ts';

describe('our own profiles', () => {
  for (const role of ROLES) {
    test(`${role}: nothing to say`, () =>
      assert.deepEqual(validateRules(resolved({ extends: role }), { standIn: false }), []));
    for (const os of OS_IDS) {
      test(`${role} on ${os}: no error`, () => {
        const errors = validateRules(resolved({ extends: role, os }), { standIn: false }).filter(
          ({ severity }) => severity === 'error',
        );
        assert.deepEqual(errors, []);
      });
    }
  }
});

test('three mistakes give three errors, each at its place', () => {
  const text = [
    'extends: worker',
    'kubernetes:',
    '  version: 1.35.8',
    'runtime:',
    '  version: 2.0.0',
    'users:',
    '  - name: root',
    'commands:',
    '  - name: x',
    '    run: ls',
    '',
  ].join('\n');
  const found = validateRules(resolvedText(text), { standIn: false }).map(
    ({ code, span }) => `${code} ${span?.start.line}:${span?.start.column}`,
  );
  assert.deepEqual(found.sort(), ['B402 5:12', 'B402 7:11', 'B410 9:5']);
});

test('every rule is in the list', () => {
  const folder = new URL('../../src/validate/rules/', import.meta.url);
  const list = readFileSync(new URL('../../src/validate/rules.ts', import.meta.url), 'utf8');
  const rules = readdirSync(folder).flatMap((name) =>
    [...readFileSync(new URL(name, folder), 'utf8').matchAll(/^export const (\w+): Rule\b/gm)].map(
      (m) => m[1],
    ),
  );
  assert.ok(rules.length > 30);
  for (const rule of rules) assert.match(list, new RegExp(`^  ${rule},$`, 'm'), `${rule} is listed`);
});

test('of two settings that do not fit, the one that the person wrote is pointed at', () => {
  const files = (text: string) =>
    validateRules(resolvedText(text), { standIn: false }).map(({ span }) => span?.source.path);
  assert.deepEqual(
    new Set(files('extends: worker\nkubernetes: { version: 1.22.17 }\n')),
    new Set(['mine.yaml']),
  );
  assert.deepEqual(new Set(files('extends: worker\nos: debian-12\n')), new Set(['mine.yaml']));
});

test('texts made to be slow are not', () => {
  const slow = [
    'a:'.repeat(4e5),
    `http://${'a'.repeat(8e5)}`,
    `-----BEGIN ${'A '.repeat(4e5)}`,
    'authorization '.repeat(6e4),
    'a+'.repeat(4e5),
    'eyJ'.repeat(3e5),
  ];
  for (const content of slow) {
    const input = resolved({ files: [{ path: '/opt/a', content }] });
    const start = performance.now();
    validateRules(input, { standIn: false });
    assert.ok(performance.now() - start < 5000, content.slice(0, 20));
  }
});
