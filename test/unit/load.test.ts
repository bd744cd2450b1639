import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { LIMITS, load } from '../../src/load/load.ts';
import { exists, plainValue, spanAt, type Tree } from '../../src/load/tree.ts';
import type { Span } from '../../src/source/source.ts';
import { CASES } from '../support/golden.ts';

const read = (text: string) => load({ id: 'x.yaml', path: 'x.yaml', text });
const tree = (text: string): Tree => {
  const { value, diagnostics } = read(text);
  assert.ok(value, diagnostics[0]?.message);
  return value;
};
const at = ({ start }: Span): string => `${start.line}:${start.column}`;
const codes = (text: string): string[] => read(text).diagnostics.map(({ code }) => code);

/** Every node with its span, and every key with its own. */
function spansOf(node: Tree): Span[] {
  const below =
    node.kind === 'map'
      ? [...node.entries.values()].flatMap(({ keySpan, value }) => [keySpan, ...spansOf(value)])
      : node.kind === 'list'
        ? node.items.flatMap(spansOf)
        : [];
  return [node.span, ...below];
}

/** The stretch of text that a span covers, on its first line. */
function textOf({ source, start, end }: Span): string {
  const line = source.text.split('\n')[start.line - 1] ?? '';
  return line.slice(start.column - 1, end.line === start.line ? end.column - 1 : undefined);
}

describe('every node knows where it was written', () => {
  const files = readdirSync(CASES, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.yaml') && !name.includes('expected'),
  );
  const ours = readdirSync(new URL('../../profiles/', import.meta.url)).filter((name) =>
    name.endsWith('.yaml'),
  );
  const all = [
    ...files.map((name) => join(CASES, name)),
    ...ours.map((name) => new URL(`../../profiles/${name}`, import.meta.url)),
  ];
  assert.ok(all.length > 15);
  for (const file of all) {
    test(String(file).replace(/^.*\/(?=[^/]+\/[^/]+$)/, ''), () => {
      const text = readFileSync(file, 'utf8');
      for (const span of spansOf(tree(text))) {
        assert.ok(span.start.line >= 1 && span.start.column >= 1);
        assert.ok(
          span.end.line > span.start.line ||
            (span.end.line === span.start.line && span.end.column > span.start.column),
          'it is not empty',
        );
        assert.ok(span.end.line <= text.split('\n').length);
      }
    });
  }
});

test('a span covers what was written', () => {
  const node = tree('a: one\nb:\n  - "two"\n  - {c: 3}\n');
  assert.equal(textOf(spanAt(node, ['a'])), 'one');
  assert.equal(textOf(spanAt(node, ['a'], 'key')), 'a');
  assert.equal(textOf(spanAt(node, ['b', 0])), '"two"');
  assert.equal(textOf(spanAt(node, ['b', 1, 'c'])), '3');
  assert.equal(textOf(spanAt(node, ['b', 1])), 'c', 'a mapping is shown by its first key');
  assert.equal(textOf(spanAt(node, ['b'])), 'b', 'a list by the key in front of it');
});

test('what is missing points at the nearest that is there', () => {
  const node = tree('a:\n  b: 1\n');
  assert.equal(at(spanAt(node, ['a', 'x', 'y'])), '1:1');
  assert.equal(at(spanAt(node, ['nothing'])), '1:1');
  assert.equal(at(spanAt(node, ['a', 'b', 'deeper'])), '2:6');
  assert.equal(exists(node, ['a', 'b']), true);
  assert.equal(exists(node, ['a', 'b', 'c']), false);
  assert.equal(exists(node, ['a', 'constructor']), false);
});

test('columns count UTF-16 units, as editors do', () => {
  assert.equal(at(spanAt(tree('{ a: "😀é漢", b: x }'), ['b'])), '1:17');
});

test('an alias stands where it is used, its value where it was written', () => {
  const node = tree('a: &x [1, 2]\nb: *x\n');
  assert.deepEqual(plainValue(node), { a: [1, 2], b: [1, 2] });
});

test('a value by YAML 1.2', () => {
  const text =
    'yes: no\noctal: 012\nfloat: 1.30\ndate: 2026-01-01\ntrue: true\nhex: 0xff\nempty:\nnothing: null\n';
  assert.deepEqual(plainValue(tree(text)), {
    yes: 'no',
    octal: 12,
    float: 1.3,
    date: '2026-01-01',
    true: true,
    hex: 255,
    empty: null,
  });
});

test('keys of the prototype are keys like others', () => {
  const value = plainValue(tree('constructor: 1\ntoString: 2\nhasOwnProperty: 3\n')) as Record<
    string,
    unknown
  >;
  assert.deepEqual(Object.keys(value), ['constructor', 'toString', 'hasOwnProperty']);
  assert.deepEqual(codes('__proto__: {polluted: true}\n'), ['B201']);
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
});

describe('limits', () => {
  const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const aliases = (count: number): string => `a: &a x\nb: [${Array(count).fill('*a').join(', ')}]\n`;
  test('depth', () => {
    assert.deepEqual(codes(nested(LIMITS.depth)), []);
    assert.deepEqual(codes(nested(LIMITS.depth + 2)), ['B103']);
    assert.deepEqual(codes(nested(200_000)), ['B103']);
    assert.deepEqual(codes('- '.repeat(20_000)), ['B103']);
    assert.deepEqual(codes('{a: '.repeat(20_000)), ['B103']);
  });
  test('aliases', () => {
    assert.deepEqual(codes(aliases(LIMITS.aliases)), []);
    assert.deepEqual(codes(aliases(LIMITS.aliases + 1)), ['B103']);
  });
  test('values after aliases are expanded', () => {
    const wide = `a: &a [${Array(600).fill('x').join(', ')}]\n`;
    assert.deepEqual(codes(`${wide}b: [${Array(80).fill('*a').join(', ')}]\n`), []);
    assert.deepEqual(codes(`${wide}b: [${Array(90).fill('*a').join(', ')}]\n`), ['B103']);
  });
  test('length', () => {
    assert.deepEqual(codes(`a: 1\n#${'x'.repeat(LIMITS.textLength - 6)}`), []);
    assert.deepEqual(codes(`a: 1\n#${'x'.repeat(LIMITS.textLength - 5)}`), ['B103']);
  });
  test('an alias of what it stands in', () => {
    assert.deepEqual(codes('a: &a [*a]\n'), ['B103']);
    assert.deepEqual(codes('a: &a {b: {c: *a}}\n'), ['B103']);
  });
  test('a bomb is refused at once', () => {
    const levels = Array.from(
      { length: 30 },
      (_, i) => `l${i}: &l${i} [${i === 0 ? 'x, x' : `*l${i - 1}, *l${i - 1}`}]`,
    );
    const began = performance.now();
    assert.deepEqual(codes(`${levels.join('\n')}\n`), ['B103']);
    assert.ok(performance.now() - began < 2000);
  });
});
