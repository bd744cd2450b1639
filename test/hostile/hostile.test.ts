import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import type { Compiled } from '../../src/compile.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { load } from '../../src/load/load.ts';
import { profileFile, type ProfileFile } from '../../src/profile/schema.ts';
import { validateShape } from '../../src/validate/shape.ts';
import { compileText } from '../support/compile-text.ts';
import { machineOf } from '../support/machine.ts';
import { textFields } from '../support/schema-texts.ts';
import { inTempFolder } from '../support/temp-folder.ts';
import { FIELDS, type Field } from './fields.ts';
import { CANARY, HOSTILE } from './values.ts';

after(() => rmSync(CANARY, { force: true }));

test('every text field of the schema is tried', () => {
  assert.deepEqual(Object.keys(FIELDS).sort(), textFields(profileFile).sort());
});

describe('a hostile value is refused where it stands, or comes out unchanged', () => {
  for (const [name, field] of Object.entries(FIELDS)) test(name, () => tryField(field));
});

async function tryField(field: Field): Promise<void> {
  const tried = [
    ...HOSTILE,
    ...(field.begin === undefined ? [] : HOSTILE.map((value) => `${field.begin}${value}`)),
  ];
  const shaped = tried.filter((value) => hasShape(field, value));
  const batches = field.many
    ? compileAll(field, shaped)
    : shaped.flatMap((value) => compileAll(field, [value]));
  if (!field.places)
    assert.deepEqual(
      batches.flatMap(({ values }) => values),
      [],
      'every one is refused',
    );
  else assert.ok(batches.length > 0, 'some are accepted, or the field has no need of places');
  for (const { values, compiled } of batches) {
    await inTempFolder((folder) => {
      const machine = machineOf(compiled, folder);
      assert.ok(!existsSync(CANARY), `nothing of it is executed: ${JSON.stringify(values)}`);
      values.forEach((value, i) => {
        for (const [place, found, wanted] of field.places?.(machine, value, i) ?? []) {
          assert.deepEqual(found, wanted, `${place}: ${JSON.stringify(value).slice(0, 200)}`);
        }
      });
    });
  }
}

const textOf = (profile: ProfileFile): string =>
  JSON.stringify({ extends: 'worker', ...profile }).replace(
    /[^ -~]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

function hasShape(field: Field, value: string): boolean {
  const loaded = load({ id: 'mine.yaml', path: 'mine.yaml', text: textOf(field.profile([value])) });
  const { diagnostics } = loaded.value ? validateShape(loaded.value, profileFile) : loaded;
  diagnostics.forEach(isTold);
  return diagnostics.length === 0;
}

/** Compiles all in one profile; what can't stand together, or is refused by a rule, is told apart by halving. */
function compileAll(
  field: Field,
  values: readonly string[],
): { values: readonly string[]; compiled: Compiled }[] {
  if (values.length === 0) return [];
  const { value, diagnostics } = compileText(textOf(field.profile(values)), field.beside?.(values));
  if (value) return [{ values, compiled: value }];
  diagnostics.forEach(isTold);
  if (values.length === 1) return [];
  const middle = Math.ceil(values.length / 2);
  return [...compileAll(field, values.slice(0, middle)), ...compileAll(field, values.slice(middle))];
}

function isTold({ code, span, message }: Diagnostic): void {
  assert.match(code, /^B\d{3}$/);
  assert.ok(span, `${message} has a place`);
}
