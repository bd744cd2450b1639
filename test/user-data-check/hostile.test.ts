import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { pick, randomFrom, SEED } from '../support/random.ts';
import { check, FAULTS, GOOD, render } from '../support/user-data-corpus.ts';

const files = [...GOOD, ...FAULTS].map(({ bytes }) => Buffer.from(bytes));
const pieces = files.flatMap((bytes) => bytes.toString('utf8').split('\n'));

/** Checks, and sees that every place that is told is one of the file. */
function judged(bytes: Uint8Array): string {
  const checked = check(bytes, 'user-data');
  for (const { span, code } of checked.diagnostics) {
    assert.ok(span, code);
    const { start, end, source } = span;
    assert.ok(start.line >= 1 && start.column >= 1, `${code} ${start.line}:${start.column}`);
    assert.ok(end.line > start.line || end.column >= start.column, code);
    assert.ok(start.line <= source.text.split('\n').length + 1, `${code} ${start.line}`);
  }
  return render(checked);
}

test(`files that are cut, shuffled and mixed (SEED=${SEED})`, () => {
  const random = randomFrom(SEED);
  const number = (below: number): number => Math.floor(random() * below);
  for (let i = 0; i < 80; i++) {
    const bytes = pick(random, files);
    const lines = bytes.toString('utf8').split('\n');
    lines.splice(
      number(lines.length),
      number(3),
      pick(random, pieces),
      ' '.repeat(number(6)) + pick(random, pieces),
    );
    judged(Buffer.from(lines.join('\n')));
    judged(bytes.subarray(0, number(bytes.length)));
    const bitten = Buffer.from(bytes);
    bitten[number(bitten.length)] = number(256);
    judged(bitten);
  }
});

describe('large and deep files take seconds at most', () => {
  const config = (text: string): Buffer => Buffer.from(`#cloud-config\n${text}`);
  const cases: Readonly<Record<string, Buffer>> = {
    'nothing at all': Buffer.alloc(0),
    'blanks only': Buffer.from('\n \n'),
    'one long word': config('a'.repeat(900_000)),
    'one long key of SSH': config(`ssh_authorized_keys: ["${'a-a,'.repeat(100_000)}"]`),
    'many blanks in a command': config(`runcmd: ["echo ${' '.repeat(400_000)}x"]`),
    'many templates': Buffer.from(`## template: jinja\n#cloud-config\n${'a: {{ nobody }}\n'.repeat(4_000)}`),
    'many openings': Buffer.from(`## template: jinja\n#cloud-config\n${'{% if a %}{{'.repeat(8_000)}`),
    'many commands': config(`runcmd:\n${'  - source x\n'.repeat(4_000)}`),
    'many secrets': config(`runcmd:\n${'  - export A_TOKEN=abcdefghi\n'.repeat(4_000)}`),
    'many quotes': config(`runcmd:\n  - |\n${`    echo '"'"' \\\\ << \n`.repeat(4_000)}`),
    'many openings of a shell': config(`runcmd: ["${'{ ( while true; do '.repeat(20_000)}"]`),
    'many words with blanks': config(`runcmd:\n${'  - [mkdir, "a  >  b  ;  c"]\n'.repeat(4_000)}`),
    'one long address': Buffer.from(`#include https://h/?${'token'.repeat(100_000)}`),
    'many sources': config(
      `apt:\n  sources:\n    a:\n      source: |\n${`        deb ${'x/'.repeat(99)} a b\n`.repeat(2_000)}`,
    ),
    'the same file again and again': config(
      `write_files:\n${'  - {path: /etc/x, content: a}\n  - {path: /etc/x, content: b}\n'.repeat(2_000)}`,
    ),
    'deep brackets': config('['.repeat(5000)),
    'billion laughs': config(
      [
        'a: &a [x, x]',
        ...'bcdefghij'.split('').map((to, i) => `${to}: &${to} [*${'abcdefghij'[i]}, *${'abcdefghij'[i]}]`),
      ].join('\n'),
    ),
    'a bomb of gzip': gzipSync(Buffer.alloc(64 * 1024 * 1024)),
    'parts in parts': Buffer.from(
      Array.from(
        { length: 200 },
        (_, i) => `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b${i}"\n\n--b${i}\n`,
      ).join(''),
    ),
    'archive in archive': Buffer.from(`#cloud-config-archive\n${'- - '.repeat(2000)}x`),
    'a key that is no key': config('__proto__: {a: 1}\nconstructor: 1\ntoString: []\n'),
    'values of other types': config(
      [
        'users',
        'write_files',
        'runcmd',
        'bootcmd',
        'packages',
        'apt',
        'mounts',
        'chpasswd',
        'swap',
        'phone_home',
        'yum_repos',
        'hostname',
        'timezone',
        'ssh_authorized_keys',
        'groups',
      ]
        .map((key, i) => `${key}: ${['7', 'null', '[[]]', '{a: }', '[null, 1, {}]'][i % 5]}`)
        .join('\n'),
    ),
  };
  for (const [name, bytes] of Object.entries(cases))
    test(name, () => {
      // Of this process alone: the machine may be busy with others.
      const began = process.cpuUsage();
      judged(bytes);
      const { user, system } = process.cpuUsage(began);
      assert.ok(user + system < 5_000_000, `${Math.round((user + system) / 1000)} ms`);
    });
});

test('no secret is shown', () => {
  const secrets = [
    'abcdef.0123456789abcdef',
    'AKIAIOSFODNN7EXAMPLE',
    'hunter2hunter2',
    'MIIEsecretsecretsecret',
    'S3cretPassw0rd',
  ];
  const text = `#cloud-config
password: ${secrets[2]}
users:
  - {name: a, passwd: ${secrets[4]}, sudo: yes}
write_files:
  - path: /root/key
    permissions: 600
    content: |
      ${secrets[0]}
      ${secrets[1]}
      -----BEGIN RSA PRIVATE KEY-----
      ${secrets[3]}
      -----END RSA PRIVATE KEY-----
runcmd:
  - kubeadm join --token ${secrets[0]} x:6443
  - {export DB_PASSWORD=${secrets[2]}: x}
`;
  const said = judged(Buffer.from(text));
  const list = judged(
    Buffer.from(
      [
        `#include https://h.example.org/?token=${secrets[2]}`,
        `https://a:${secrets[4]}@h.example.org/`,
        `h.example.org/?password=${secrets[4]}`,
        `http://h.example.org/?api_key=${secrets[2]}`,
      ].join('\n'),
    ),
  );
  assert.ok(said.includes('B708') && list.includes('B708'));
  for (const secret of secrets) assert.ok(!said.includes(secret) && !list.includes(secret), said + list);
});
