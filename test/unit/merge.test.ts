import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from '../../src/load/load.ts';
import { plainValue, spanAt, type Tree } from '../../src/load/tree.ts';
import { overlay } from '../../src/resolve/merge.ts';

function tree(path: string, text: string): Tree {
  const { value } = load({ id: path, path, text });
  assert.ok(value);
  return value;
}
const merge = (base: string, over: string): Tree => overlay(tree('base.yaml', base), tree('mine.yaml', over));
const merged = (base: string, over: string): unknown => plainValue(merge(base, over));

test('mappings are merged key by key', () => {
  assert.deepEqual(merged('a: {b: 1, c: 2}\nd: 3', 'a: {c: 4, e: 5}'), { a: { b: 1, c: 4, e: 5 }, d: 3 });
});

test('null takes an inherited key away', () => {
  assert.deepEqual(merged('a: {b: 1, c: 2}', 'a: {b: null}'), { a: { c: 2 } });
  assert.deepEqual(merged('a: 1\nb: 2', 'a: ~'), { b: 2 });
});

test('null for what nobody set is nothing', () => assert.deepEqual(merged('a: 1', 'b: null'), { a: 1 }));

test('an inherited null is gone for good', () =>
  assert.deepEqual(merged('a: null\nb: 1', 'a: 2'), { a: 2, b: 1 }));

test('a list adds after the inherited entries', () =>
  assert.deepEqual(merged('a: [1, 2]', 'a: [3]'), { a: [1, 2, 3] }));

test('a scalar that is there already stays where it is', () =>
  assert.deepEqual(merged('a: [x, y]', 'a: [y, z]'), { a: ['x', 'y', 'z'] }));

test('mappings in lists are never taken for the same', () =>
  assert.deepEqual(merged('a: [{n: 1}]', 'a: [{n: 1}]'), { a: [{ n: 1 }, { n: 1 }] }));

test('!replace drops the inherited entries', () => {
  assert.deepEqual(merged('a: [1, 2]', 'a: !replace [3]'), { a: [3] });
  assert.deepEqual(merged('a: [1, 2]', 'a: !replace []'), { a: [] });
});

test('anything else replaces', () => {
  assert.deepEqual(merged('a: 1', 'a: text'), { a: 'text' });
  assert.deepEqual(merged('a: official', 'a: {url: u}'), { a: { url: 'u' } });
  assert.deepEqual(merged('a: {url: u}', 'a: official'), { a: 'official' });
});

test('every node keeps the file that wrote it, the person’s own keys stand first', () => {
  const result = merge('a: {b: 1, c: [x]}', 'd: 1\na: {c: [y]}');
  const file = (...path: (string | number)[]): string => spanAt(result, path).source.path;
  assert.equal(file('a', 'b'), 'base.yaml');
  assert.equal(file('a', 'c', 0), 'base.yaml');
  assert.equal(file('a', 'c', 1), 'mine.yaml');
  assert.equal(file(), 'mine.yaml');
});

test('neither side is changed', () => {
  const base = tree('base.yaml', 'a: {b: 1}\nl: [1]');
  const before = JSON.stringify(plainValue(base));
  overlay(base, tree('mine.yaml', 'a: {b: null}\nl: [2]'));
  assert.equal(JSON.stringify(plainValue(base)), before);
});
