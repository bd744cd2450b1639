import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watch } from '../../src/validate/left-out.ts';

const object = { a: { b: 1, c: 2 }, d: [3], e: undefined as { f: number } | undefined };

test('what is known is read in silence', () => {
  const { value, isTouched } = watch(object, [
    ['a', 'b'],
    ['x', 'y'],
  ]);
  assert.deepEqual([value.a.c, value.d[0], value.e], [2, 3, undefined]);
  assert.deepEqual(Object.entries(value.a), [['c', 2]]);
  assert.equal(isTouched(), false);
});

test('what was left out is noticed, and so is the place where it would be', () => {
  for (const [leftOut, read] of [
    [['a', 'b'], (o: typeof object) => o.a.b],
    [['d'], (o: typeof object) => o.d],
    [['e', 'f'], (o: typeof object) => o.e],
  ] as const) {
    const { value, isTouched } = watch(object, [leftOut]);
    read(value);
    assert.equal(isTouched(), true, leftOut.join('.'));
  }
});
