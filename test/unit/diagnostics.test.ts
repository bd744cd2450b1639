import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { arrange, MAX_DIAGNOSTICS, type Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { cells, quote } from '../../src/diagnostics/printable.ts';
import { renderText, toJson } from '../../src/diagnostics/render.ts';
import { didYouMean, nearest } from '../../src/diagnostics/suggest.ts';
import type { Source } from '../../src/source/source.ts';

const make = (
  text: string,
  line: number,
  column: number,
  width: number,
  extra: Partial<Diagnostic> = {},
): Diagnostic => {
  const source: Source = { id: 'x.yaml', path: 'x.yaml', text };
  return {
    code: 'B201',
    severity: 'error',
    message: 'm',
    path: [],
    span: { source, start: { line, column }, end: { line, column: column + width } },
    ...extra,
  };
};

describe('suggestions', () => {
  const names = ['kubernetes', 'runtime', 'version', 'os', 'debian-13'];
  test('near enough', () => {
    assert.equal(nearest('kubernets', names), 'kubernetes');
    assert.equal(nearest('Runtime', names), 'runtime');
    assert.equal(nearest('versoin', names), 'version', 'swapped letters count once');
    assert.equal(nearest('debian-31', names), 'debian-13');
    assert.equal(didYouMean('versoin', names), 'did you mean "version"?');
  });
  test('too far', () => {
    assert.equal(nearest('colour', names), undefined);
    assert.equal(nearest('xx', names), undefined);
    assert.equal(nearest('', []), undefined);
    assert.equal(didYouMean('colour', names), undefined);
  });
});

describe('text form', () => {
  test('a line before, the line, a caret and the hint', () => {
    assert.equal(
      renderText(make('a: 1\nb: 22\n', 2, 4, 2, { hint: 'h' })),
      'x.yaml:2:4: error[B201]: m\n  1 | a: 1\n  2 | b: 22\n    |    ^^ h',
    );
  });
  test('without a place', () => {
    assert.equal(
      renderText({ code: 'B105', severity: 'error', message: 'm', path: [], hint: 'h' }),
      'error[B105]: m\n  h',
    );
  });
  test('notes', () => {
    const { span } = make('a: 1\n', 1, 1, 1);
    const text = renderText(
      make('b: 2\n', 1, 1, 1, { severity: 'warning', related: span ? [{ message: 'n', span }] : [] }),
    );
    assert.equal(
      text,
      'x.yaml:1:1: warning[B201]: m\n  1 | b: 2\n    | ^\nx.yaml:1:1: note: n\n  1 | a: 1\n    | ^',
    );
  });
  test('tabs, carriage returns and control characters keep their column', () => {
    assert.equal(
      renderText(make('a:\t\u001bb: x\r\n', 1, 5, 1)),
      'x.yaml:1:1: error[B201]: m\n'.replace('1:1', '1:5') + '  1 | a: ·b: x\n    |     ^',
    );
  });
  test('wide characters take two cells, marks none', () => {
    assert.equal(cells('a漢😀e\u0301'), 6);
    assert.equal(
      renderText(make('漢字: x', 1, 5, 1))
        .split('\n')
        .at(-1),
      `    | ${' '.repeat(6)}^`,
    );
  });
  test('a long line is cut around the place', () => {
    for (const column of [1, 120, 141, 500, 4990]) {
      const line = `${'-'.repeat(column - 1)}HERE${'-'.repeat(5000 - column)}`;
      const [, row = '', pointer = ''] = renderText(make(line, 1, column, 4)).split('\n');
      assert.ok(row.length <= 170, `${row.length} columns`);
      assert.equal(row.slice(pointer.indexOf('^'), pointer.lastIndexOf('^') + 1), 'HERE');
    }
  });
  test('a span of several lines is marked to the end of its first', () => {
    const one = make('a: [\n 1]\n', 1, 4, 0);
    const span = one.span && { ...one.span, end: { line: 2, column: 3 } };
    assert.equal(
      renderText({ ...one, ...(span ? { span } : {}) })
        .split('\n')
        .at(-1),
      '    |    ^',
    );
  });
  test('the direction of writing can’t be turned', () => {
    const text = renderText(make('a: \u202eb\n', 1, 4, 2, { message: 'found \u202eb', hint: '\u2066' }));
    assert.doesNotMatch(text, /[\u202e\u2066]/);
    assert.match(text, /found \\u202eb/);
  });
});

test('JSON form: plain data, one-based', () => {
  const json = toJson(make('a: 1\n', 1, 4, 1, { hint: 'h', path: ['a'] }));
  assert.deepEqual(JSON.parse(JSON.stringify(json)), {
    code: 'B201',
    severity: 'error',
    message: 'm',
    path: ['a'],
    hint: 'h',
    file: 'x.yaml',
    line: 1,
    column: 4,
    end: { line: 1, column: 5 },
  });
});

test('quotes are short and on one line', () => {
  assert.equal(quote('a"b\n'), '"a\\"b\\n"');
  assert.equal(quote('\u202e\u0085'), '"\\u202e\\u0085"');
  assert.ok(quote('x'.repeat(1000)).length <= 61);
});

describe('arranging', () => {
  test('by place, each once', () => {
    const [late, early] = [make('x\nx\n', 2, 1, 1), make('x\nx\n', 1, 1, 1)];
    assert.deepEqual(arrange([late, early, late]), [early, late]);
    assert.deepEqual(
      arrange([make('x'.repeat(20), 1, 10, 1), make('x'.repeat(20), 1, 9, 1)]).map(
        (d) => d.span?.start.column,
      ),
      [9, 10],
    );
  });
  test('at most a hundred, errors before warnings', () => {
    const text = 'x\n'.repeat(300);
    const warnings = Array.from({ length: 150 }, (_, i) => make(text, i + 1, 1, 1, { severity: 'warning' }));
    const kept = arrange([...warnings, make(text, 299, 1, 1)]);
    assert.equal(kept.length, MAX_DIAGNOSTICS);
    assert.equal(kept.at(-1)?.severity, 'error');
  });
});
