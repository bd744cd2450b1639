import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watch } from '../../src/validate/left-out.ts';

const object = { a: { b: 1, c: 2 }, d: [3], e: undefined as { f: number } | undefined };

test('what is known is read in silence', () => {
  const { value, touched } = watch(object, [
    ['a', 'b'],
    ['x', 'y'],
  ]);
  assert.deepEqual([value.a.c, value.d[0], value.e], [2, 3, undefined]);
  assert.deepEqual(Object.entries(value.a), [['c', 2]]);
  assert.deepEqual(touched(), []);
});

test('what was left out is noticed, and so is the place where it would be', () => {
  for (const [leftOut, read] of [
    [['a', 'b'], (o: typeof object) => o.a.b],
    [['d'], (o: typeof object) => o.d],
    [['e', 'f'], (o: typeof object) => o.e],
  ] as const) {
    const { value, touched } = watch(object, [leftOut]);
    read(value);
    assert.deepEqual(touched(), [leftOut]);
  }
});

test('entries of lists are watched one by one, and stay themselves', () => {
  const list: { nodes: { name: string; mac?: string }[] } = {
    nodes: [{ name: 'a' }, { name: 'b', mac: 'x' }],
  };
  const leftOut = ['nodes', 1, 'mac'];
  const { value, touched } = watch(list, [leftOut]);
  assert.deepEqual(
    value.nodes.map(({ name }) => name),
    ['a', 'b'],
  );
  assert.equal(
    value.nodes.find(({ name }) => name === 'b'),
    value.nodes[1],
  );
  assert.deepEqual(touched(), []);
  assert.equal(value.nodes[0]?.mac, undefined);
  assert.deepEqual(touched(), []);
  assert.ok(value.nodes[1]?.mac);
  assert.deepEqual(touched(), [leftOut]);
});
