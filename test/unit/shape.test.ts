import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { load } from '../../src/load/load.ts';
import { plainValue } from '../../src/load/tree.ts';
import { validateShape } from '../../src/validate/shape.ts';

const schema = z.strictObject({
  one: z
    .union([
      z.enum(['fast', 'slow']),
      z.strictObject({ url: z.string(), key: z.string() }),
      z.strictObject({ file: z.string(), sum: z.string() }),
    ])
    .optional(),
  many: z.union([z.int().min(1), z.string().regex(/^x/, 'a text with x')]).optional(),
  nested: z.strictObject({ deep: z.strictObject({ colour: z.string() }).optional() }).optional(),
  list: z.array(z.strictObject({ name: z.string() })).optional(),
});

function said(text: string): string[] {
  const { value } = load({ id: 'x', path: 'x', text });
  assert.ok(value);
  return validateShape(value, schema).diagnostics.map(
    ({ code, message, hint, span }) =>
      `${span?.start.line}:${span?.start.column} ${code} ${message}${hint === undefined ? '' : ` (${hint})`}`,
  );
}

test('what has the shape gives its value', () => assert.deepEqual(said('one: fast\nmany: 3\n'), []));

describe('unions', () => {
  test('a word that no branch has', () =>
    assert.deepEqual(said('one: fats'), [
      '1:6 B203 expected fast, slow, or a mapping, found "fats" (did you mean "fast"?)',
    ]));
  test('a type that no branch has', () =>
    assert.deepEqual(said('one: [fast]'), ['1:1 B202 expected fast, slow, or a mapping, found a list']));
  test('nothing', () =>
    assert.deepEqual(said('one:'), ['1:1 B202 expected fast, slow, or a mapping, found nothing']));
  test('a mapping is told against the branch that it is nearest to', () => {
    assert.deepEqual(said('one: { url: u }'), ['1:1 B204 "key" is missing in one']);
    assert.deepEqual(said('one: { file: f }'), ['1:1 B204 "sum" is missing in one']);
    assert.deepEqual(said('one: { file: 7, sum: s }'), [
      '1:14 B202 expected text, found the number 7 (put it in quotes)',
    ]);
  });
  test('the branch of the right type has the word', () => {
    assert.deepEqual(said('many: 0'), ['1:7 B203 expected a number of at least 1, found the number 0']);
    assert.deepEqual(said('many: y'), ['1:7 B203 expected a text with x, found "y"']);
    assert.deepEqual(said('many: true'), ['1:7 B202 expected a whole number, or text, found true']);
  });
});

describe('keys', () => {
  test('a key of another mapping', () =>
    assert.deepEqual(said('colour: red'), [
      '1:1 B201 unknown key "colour" (did you mean nested.deep.colour?)',
    ]));
  test('a misspelt key that must be there is one mistake', () =>
    assert.deepEqual(said('list:\n  - nmae: x\n'), [
      '2:5 B201 unknown key "nmae" in list[0] (did you mean "name"?)',
    ]));
  test('what can stand here, where nothing is near', () =>
    assert.deepEqual(said('list: [{ name: x, zzzzzz: 1 }]'), [
      '1:19 B201 unknown key "zzzzzz" in list[0] (known here: name)',
    ]));
});

describe('what is left', () => {
  const left = (text: string): unknown => {
    const { value } = load({ id: 'x', path: 'x', text });
    assert.ok(value);
    const { sound, leftOut } = validateShape(value, schema);
    return [sound && plainValue(sound), leftOut.map((path) => path.join('.')).sort()];
  };
  test('all of it, where nothing is wrong', () => assert.deepEqual(left('many: 3'), [{ many: 3 }, []]));
  test('a wrong key takes nothing else with it', () =>
    assert.deepEqual(left('many: 3\none: fats\nnested: { deep: { colour: red, x: 1 } }'), [
      { many: 3, nested: { deep: { colour: 'red' } } },
      ['nested.deep.x', 'one'],
    ]));
  test('what lacks a key goes, and so does what a misspelt key was to be', () =>
    assert.deepEqual(left('nested: { deep: { color: red } }\nmnay: 3'), [
      { nested: {} },
      ['many', 'mnay', 'nested.deep', 'nested.deep.color', 'nested.deep.colour'],
    ]));
  test('of a list, whole entries', () =>
    assert.deepEqual(left('list: [{ name: a }, { name: b, x: 1 }, 7, { name: c }]'), [
      { list: [{ name: 'a' }, { name: 'c' }] },
      [],
    ]));
  test('nothing', () => assert.deepEqual(left('- x'), [undefined, []]));
});

test('the input is as it was', () => {
  const { value } = load({ id: 'x', path: 'x', text: 'one: fats\n' });
  assert.ok(value);
  const before = structuredClone(value);
  validateShape(value, schema);
  assert.deepEqual(value, before);
});
