import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { shellQuote, shellWords, withInput } from '../../src/text/shell.ts';
import { stableJson } from '../../src/text/stable-json.ts';
import { fill } from '../../src/text/template.ts';
import { tomlString, tomlTable } from '../../src/text/toml.ts';
import { yamlText } from '../../src/text/yaml.ts';
import { formatSize, parseSize } from '../../src/units/size.ts';
import { HOSTILE } from '../hostile/values.ts';
import { nastyText, randomFrom, SEED } from '../support/random.ts';

const random = randomFrom(SEED);
const fuzzed = Array.from({ length: 400 }, () => nastyText(random));
const texts = [...HOSTILE, ...fuzzed, ''].filter(
  (text) => !text.includes('\0') && !/[\ud800-\udfff]/u.test(text),
);

/** What bash makes of a script, each output ended by NUL. */
function bash(script: string): string[] {
  const { stdout, stderr, status } = spawnSync('bash', ['-euo', 'pipefail', '-s'], {
    input: script,
    env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' },
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  assert.equal(stderr, '');
  assert.equal(status, 0);
  return stdout.split('\0').slice(0, -1);
}

describe(`shell quoting comes back from bash as it was (SEED=${SEED})`, () => {
  test('a word', () =>
    assert.deepEqual(bash(texts.map((text) => `printf '%s\\0' ${shellQuote(text)}\n`).join('')), texts));
  test('several words', () => assert.deepEqual(bash(`printf '%s\\0' ${shellWords(texts)}\n`), texts));
  test('standard input', () => {
    const read = 'read_all() { local all; IFS= read -r -d "" all || true; printf "%s\\0" "$all"; }\n';
    assert.deepEqual(bash(read + texts.map((text) => `${withInput('read_all', text)}\n`).join('')), texts);
  });
  test('a word is one also where it looks harmless', () => {
    for (const text of ['~', '-x', 'A=b', '', '=', '*', 'a b'])
      assert.match(shellQuote(text), /^'.*'$/, text);
    for (const text of ['/etc/a-b_c.d', 'a@b:c%d,e+f']) assert.equal(shellQuote(text), text);
  });
  test('a text that holds its own end marker is still one text', () => {
    const text = 'a\nb\n';
    const marker = /<<'(\w+)'/.exec(withInput('cat', text))?.[1] ?? '';
    assert.match(marker, /^BAKE_/);
    assert.doesNotMatch(withInput('cat', `${text}${marker}\n`), new RegExp(`<<'${marker}'`));
  });
});

describe('TOML', () => {
  test('a string comes back as it was', () => {
    for (const text of texts) {
      const written = tomlString(text);
      // TOML 1.0, basic string: what must be escaped is, and the escapes are those that TOML has.
      assert.doesNotMatch(written.slice(1, -1), /[\u0000-\u001f\u007f]/);
      assert.match(written, /^"(?:[^"\\]|\\(?:[btnfr"\\]|u[0-9a-f]{4}))*"$/su);
      assert.equal(JSON.parse(written), text);
    }
  });
  test('a table', () => {
    assert.equal(
      tomlTable(['a', 'b.c'], { d: 'x"', 'e f': [1, 2].map(String), g: true, h: 3 }),
      '[a."b.c"]\nd = "x\\""\n"e f" = ["1", "2"]\ng = true\nh = 3',
    );
    assert.equal(tomlTable([], { a: 'b' }), 'a = "b"');
  });
});

describe('YAML', () => {
  test('a text comes back as it was, by 1.1 and by 1.2', () => {
    const carried = texts.filter((text) => !/[\r\u0007\u001b\u007f-\u009f\u2028\u2029\ufffe]/.test(text));
    for (const text of carried) {
      const written = yamlText({ list: [text], [text]: text });
      assert.deepEqual(parse(written), { list: [text], [text]: text });
      assert.deepEqual(parse(written, { version: '1.1' }), { list: [text], [text]: text });
    }
  });
  test('what YAML 1.1 has types for is quoted', () => {
    for (const text of ['yes', 'Off', '=', '<<', '1:30', '012', '2001-01-01', '1_000', '~', '.inf'])
      assert.match(yamlText([text]), /^- "/, text);
  });
  test('several lines are a block, long lines whole', () => {
    assert.equal(yamlText({ a: 'x\ny\n' }), 'a: |\n  x\n  y\n');
    assert.equal(yamlText({ a: 'word '.repeat(50).trim() }).split('\n').length, 2);
  });
});

describe('stable JSON', () => {
  test('keys are sorted at every depth, lists stay', () =>
    assert.equal(stableJson({ b: [{ z: 1, a: 2 }, 1], a: null }), '{"a":null,"b":[{"a":2,"z":1},1]}'));
  test('undefined is left out', () => assert.equal(stableJson({ a: undefined, b: 1 }), '{"b":1}'));
  test('the order of keys does not matter', () =>
    assert.equal(stableJson({ x: 1, y: { p: 1, q: 2 } }), stableJson({ y: { q: 2, p: 1 }, x: 1 })));
});

describe('sizes', () => {
  test('binary units', () => {
    assert.equal(parseSize('1KiB'), 1024);
    assert.equal(parseSize('512MiB'), 512 * 2 ** 20);
    assert.equal(parseSize('10GiB'), 10 * 2 ** 30);
    assert.equal(parseSize('2TiB'), 2 * 2 ** 40);
  });
  test('nothing else', () => {
    for (const text of [
      '',
      '10',
      '10G',
      '10GB',
      '0GiB',
      '-1GiB',
      '1.5GiB',
      ' 1GiB',
      '1GiB ',
      '1GiB\n',
      '1gib',
      '9999999GiB',
    ])
      assert.equal(parseSize(text), undefined, text);
  });
  test('printed', () => {
    assert.deepEqual([0, 1023, 1024, 330 * 2 ** 20, 10 * 2 ** 30, 2 ** 41].map(formatSize), [
      '0 B',
      '1023 B',
      '1.0 KiB',
      '330 MiB',
      '10 GiB',
      '2.0 TiB',
    ]);
  });
});

describe('templates', () => {
  test('nothing is escaped', () => assert.equal(fill('a {{x}} b', { x: '<&"\'`=' }), 'a <&"\'`= b'));
  test('what a value holds is no template', () => assert.equal(fill('{{x}}', { x: '{{y}}' }), '{{y}}'));
  test('a missing field is our bug', () => assert.throws(() => fill('{{x}}', {}), /x/));
});
