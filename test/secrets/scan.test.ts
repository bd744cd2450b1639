import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { compileText } from '../support/compile-text.ts';
import { randomFrom, SEED } from '../support/random.ts';
import { randomKey, randomPassword, randomToken } from '../../src/secrets/random.ts';
import { findSecrets } from '../../src/secrets/scan.ts';
import { shellQuote } from '../../src/text/shell.ts';
import { yamlText } from '../../src/text/yaml.ts';

const pem = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs1', format: 'pem' })
  .toString();
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'sec1', format: 'pem' })
  .toString();

const SECRETS = [
  { name: 'token', value: randomToken() },
  { name: 'short password', value: randomPassword(8) },
  { name: 'long password', value: randomPassword(24) },
  { name: 'hostile password', value: 'p"a\\s\'s {{w}} ${ö}rd %41 \u{1f511}&x' },
  { name: 'encryption key', value: randomKey() },
  { name: 'rsa key', value: pem },
  { name: 'ec key', value: ec },
];

const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');
const wrapped = (text: string, width: number, indent = ''): string =>
  text.replace(new RegExp(`.{${width}}`, 'g'), `$&\n${indent}`);
const percent = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`).join('');
const around = (text: string): string => `apiVersion: v1\nnote: before\n${text}\nafter: 1\n`;

/** Ways in which a value gets into a file; each is what some program of the real world writes. */
const FORMS: Readonly<Record<string, (value: string) => string>> = {
  'as it is': (value) => value,
  'inside of a line': (value) => `--token=${value} --v=2`,
  JSON: (value) => JSON.stringify({ value }),
  'JSON, ASCII only': (value) =>
    JSON.stringify({ value }).replace(
      /[^\x20-\x7e]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  'JSON in JSON': (value) => JSON.stringify({ outer: JSON.stringify({ value }) }),
  YAML: (value) => yamlText({ a: { b: [{ value }] } }),
  'YAML in single quotes': (value) => `a: '${value.replace(/'/g, "''").replace(/\n/g, '\n\n')}'`,
  'YAML with \\x': (value) =>
    `a: "${[...Buffer.from(value)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}"`,
  'a word of a shell': (value) => `echo ${shellQuote(value)}`,
  'octal of a shell': (value) =>
    `printf $'${[...Buffer.from(value)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')}'`,
  'a Secret of Kubernetes': (value) => `data:\n  key: ${base64(value)}`,
  'base64 without padding': (value) => `key=${base64(value).replace(/=+$/, '')};next`,
  'base64 of the url alphabet': (value) => Buffer.from(`\u{3ffff}?>${value}`).toString('base64url'),
  'base64 at 64 columns': (value) => wrapped(base64(`filler ${value}`), 64),
  'base64 at 76 columns, indented': (value) => `  b: |\n    ${wrapped(base64(value), 76, '    ')}`,
  'base64 at 76 columns with CRLF': (value) => wrapped(base64(value), 76).replace(/\n/g, '\r\n'),
  'base64 in pieces of a program': (value) => `x = "${wrapped(base64(value), 30).replace(/\n/g, '"\n  "')}"`,
  'base64 wrapped in JSON': (value) => JSON.stringify({ key: wrapped(base64(value), 76) }),
  'base64 in base64': (value) => base64(`k: ${base64(value)}`),
  'base64 in base64 in base64': (value) => base64(`abc: ${base64(`k: ${base64(value)}`)}`),
  hexadecimal: (value) => Buffer.from(value).toString('hex'),
  'hexadecimal in capitals, 0x before': (value) => `0x${Buffer.from(value).toString('hex').toUpperCase()}`,
  'hexadecimal after a digit': (value) => `a${Buffer.from(value).toString('hex')}`,
  'hexadecimal with colons': (value) =>
    Buffer.from(value).toString('hex').replace(/../g, '$&:').replace(/:$/, ''),
  'xxd -p': (value) => wrapped(Buffer.from(value).toString('hex'), 60),
  'hexadecimal in base64': (value) => base64(Buffer.from(value).toString('hex')),
  percent: percent,
  encodeURIComponent: (value) => `https://x.example.com/?a=${encodeURIComponent(value)}`,
  'percent in base64': (value) => base64(`q=${percent(value)}`),
  'base64 percent': (value) => encodeURIComponent(base64(value)),
  'gzip in base64': (value) => base64(gzipSync(around(value))),
  'gzip in base64, wrapped, not aligned': (value) => `ab ${wrapped(base64(gzipSync(around(value))), 76)} zz`,
  'gzip in base64 of the url alphabet': (value) => gzipSync(around(value)).toString('base64url'),
  'gzip in base64 in YAML in gzip in base64': (value) =>
    base64(gzipSync(around(`content: ${base64(gzipSync(around(value)))}`))),
  'base64 in gzip in base64': (value) => base64(gzipSync(around(base64(value)))),
  'gzip in hexadecimal': (value) => gzipSync(around(value)).toString('hex'),
  'a data address': (value) => `data:text/plain;base64,${base64(value)}`,
  'cloud-config': (value) =>
    yamlText({ write_files: [{ encoding: 'gz+b64', content: base64(gzipSync(JSON.stringify({ value }))) }] }),
  HCL: (value) => `x = ${JSON.stringify(value).replace(/([$%])\{/g, '$1$1{')}`,
};

describe('each secret is found in each form', () => {
  for (const [form, write] of Object.entries(FORMS)) {
    test(form, () => {
      for (const secret of SECRETS) {
        const text = around(write(secret.value));
        const found = findSecrets(text, SECRETS);
        assert.deepEqual(
          found.map(({ name }) => name),
          [secret.name],
          `${secret.name}\n${text.slice(0, 400)}`,
        );
        assert.ok(!JSON.stringify(found).includes(secret.value));
      }
    });
  }
});

test('at each alignment in base64, alone and deeper', () => {
  for (const secret of SECRETS) {
    for (const before of ['', 'a', 'ab', 'abc']) {
      const inner = base64(`${before}${secret.value}`);
      assert.equal(findSecrets(inner, SECRETS)[0]?.name, secret.name);
      for (const outside of ['', 'a', 'ab', 'abc'])
        assert.equal(findSecrets(base64(`${outside}${inner}`), SECRETS)[0]?.name, secret.name);
    }
  }
});

describe('a private key is found whatever its lines and its format', () => {
  const body = (text: string): string => text.replace(/-----[^-]+-----|\s/g, '');
  for (const [name, text] of [
    ['rsa key', pem],
    ['ec key', ec],
  ] as const) {
    const key = createPrivateKey(text);
    const forms: Readonly<Record<string, string>> = {
      'one line': body(text),
      '76 columns': wrapped(body(text), 76),
      '17 columns, indented': wrapped(body(text), 17, '      '),
      'PKCS #8': key.export({ type: 'pkcs8', format: 'pem' }).toString(),
      'PKCS #8 in a kubeconfig': `client-key-data: ${base64(key.export({ type: 'pkcs8', format: 'pem' }).toString())}`,
      'a JWK': JSON.stringify(key.export({ format: 'jwk' })),
      '\\n for line breaks': text.replace(/\n/g, '\\n'),
      'DER in hexadecimal': key.export({ type: 'pkcs8', format: 'der' }).toString('hex'),
    };
    for (const [form, shown] of Object.entries(forms)) {
      test(`${name}: ${form}`, () => assert.equal(findSecrets(shown, SECRETS)[0]?.name, name));
    }
  }
});

test('what was around it is said, and the fewest wrappings of several', () => {
  const [token] = SECRETS;
  assert.ok(token);
  const within = (text: string) => findSecrets(text, [token]).map((found) => found.within.join(' '));
  assert.deepEqual(within(token.value), ['']);
  assert.deepEqual(within(base64(token.value)), ['base64']);
  assert.deepEqual(within(base64(gzipSync(token.value))), ['base64 gzip']);
  assert.deepEqual(within(`${base64(gzipSync(token.value))}\n${base64(token.value)}`), ['base64']);
});

test('several secrets in one text are all found', () => {
  const text = SECRETS.map(({ value }, i) => (i % 2 === 0 ? base64(value) : JSON.stringify(value))).join(
    '\n',
  );
  assert.deepEqual(
    findSecrets(text, SECRETS)
      .map(({ name }) => name)
      .sort(),
    SECRETS.map(({ name }) => name).sort(),
  );
});

describe('no false alarm', () => {
  const random = randomFrom(SEED);
  test('in random text', () => {
    for (const alphabet of ['0123456789abcdef', 'abcdefghijklmnopqrstuvwxyz0123456789.', '{}"\\%\n\' x4=']) {
      const text = Array.from(
        { length: 200_000 },
        () => alphabet[Math.floor(random() * alphabet.length)] as string,
      ).join('');
      assert.deepEqual(findSecrets(text, SECRETS), []);
    }
    assert.deepEqual(findSecrets(base64(randomBytes(200_000)), SECRETS), []);
  });

  test('in other secrets, in certificates’ public keys, and in parts of a value', () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const own = createPrivateKey(pem).export({ format: 'jwk' });
    for (const text of [
      other.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
      other.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      String(own.n),
      randomToken(),
      SECRETS[0]?.value.slice(0, 15) ?? '',
    ])
      assert.deepEqual(findSecrets(text, SECRETS), []);
  });

  test('in nothing that a profile compiles to', () => {
    const { value } = compileText('extends: master\n', {}, true);
    assert.ok(value);
    for (const { name, text } of value.artifacts) assert.deepEqual(findSecrets(text, SECRETS), [], name);
  });
});

test('values of fewer than eight bytes are not looked for', () => {
  assert.deepEqual(findSecrets('the user is root', [{ name: 'password', value: 'root' }]), []);
});

test('wrappings without end are given up, and broken ones are passed by', () => {
  const [token] = SECRETS;
  assert.ok(token);
  const wrap = (times: number): string =>
    Array.from({ length: times }).reduce<string>((text) => base64(gzipSync(text)), token.value);
  assert.equal(findSecrets(wrap(4), [token]).length, 1);
  assert.equal(findSecrets(wrap(9), [token]).length, 0);
  const broken = gzipSync(around(token.value.repeat(50)));
  broken.fill(0xff, 14, 20);
  assert.doesNotThrow(() => findSecrets(base64(broken), [token]));
  assert.doesNotThrow(() => findSecrets('\\', [token]));
});

test('the forms of this test are what readers of them read', () => {
  const { value } = SECRETS[3] ?? { value: '' };
  for (const form of ['YAML', 'YAML in single quotes'] as const) {
    const [read] = Object.values(parse(FORMS[form]?.(value) ?? '') as Record<string, unknown>);
    assert.ok(JSON.stringify(read).includes(JSON.stringify(value).slice(1, -1)));
  }
});
