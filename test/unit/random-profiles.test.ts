import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { z } from 'zod';
import { profileFile } from '../../src/profile/schema.ts';
import { HOSTILE } from '../hostile/values.ts';
import { compileText } from '../support/compile-text.ts';
import { nastyText, pick, randomFrom, SEED } from '../support/random.ts';

/** Words that many fields take, so that profiles get further than their shape. */
const GOOD = [
  ...['worker', 'master', 'haproxy', 'standalone', 'base', 'node', 'ops', 'htop', 'example.com', 'a', 'x1'],
  ...[
    '1.35.8',
    '1.34.11',
    '1.23.17',
    '1.36.1',
    '2.3.4',
    '1.7.28',
    '29.8.1',
    '0.3.26',
    '1.1',
    '1.35.0-1.1',
    '1.8.0-*',
  ],
  ...[
    '10GiB',
    '50MiB',
    '/etc/h',
    '/opt/a b',
    '0644',
    '0777',
    'net.core.somaxconn',
    'br_netfilter',
    'Etc/UTC',
    '30000-32767',
    '9-1',
    '10.0.0.0/8',
    'fd00::/8',
  ],
  ...[
    'https://example.com',
    'http://example.com:5000/v2/x',
    'https://x/{minor}/',
    'docker.io',
    'harbor.example.com:8443',
    'registry.k8s.io/pause:3.10',
  ],
  ...[
    'a'.repeat(64),
    'A'.repeat(40),
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGolZ3Vlc3Mgd2hvIHdyb3RlIHRoaXMga2V5IGF0IGFs me',
  ],
];

/** A value that has the schema's shape more often than not. */
function grow(schema: z.ZodType, random: () => number, key = ''): unknown {
  if (random() < 0.03)
    return pick(random, [null, 7, -1, 1.5, true, '', [], {}, ['x'], { x: 1 }, pick(random, HOSTILE)]);
  if (schema instanceof z.ZodOptional) return grow(schema.unwrap() as z.ZodType, random, key);
  if (schema instanceof z.ZodUnion) return grow(pick(random, schema.options as z.ZodType[]), random, key);
  if (schema instanceof z.ZodEnum) return pick(random, schema.options);
  if (schema instanceof z.ZodLiteral) return schema.value;
  if (schema instanceof z.ZodBoolean) return random() < 0.5;
  if (schema instanceof z.ZodNumber) return pick(random, [0, 1, 2, 3, 80, 443, 6443, 1048576, 99999]);
  if (schema instanceof z.ZodArray)
    return Array.from({ length: Math.floor(random() * 3) }, () => grow(schema.element as z.ZodType, random));
  if (schema instanceof z.ZodRecord)
    return Object.fromEntries([[pick(random, GOOD), grow(schema.valueType as z.ZodType, random)]]);
  if (schema instanceof z.ZodObject) {
    const shape = Object.entries(schema.shape);
    const kept = shape.filter(([, inner]) => !(inner instanceof z.ZodOptional) || random() < 0.4);
    return Object.fromEntries(kept.map(([name, inner]) => [name, grow(inner, random, name)]));
  }
  if (key === 'extends')
    return pick(random, ['worker', 'worker', 'master', 'haproxy', 'standalone', 'base', 'wroker']);
  // Half of the words by their form, so that rules and plans are reached.
  const fitting = GOOD.filter((word) => schema.safeParse(word).success);
  return fitting.length > 0 && random() < 0.95
    ? pick(random, fitting)
    : random() < 0.5
      ? pick(random, HOSTILE)
      : nastyText(random);
}

/** Compiles; an exception is a failure that names the seed and the profile. */
function compileOrTell(text: string, standIn: boolean): boolean {
  try {
    const { value, diagnostics } = compileText(text, { '/etc/h': 'x', a: 'x' }, standIn);
    assert.equal(
      value === undefined,
      diagnostics.some(({ severity }) => severity === 'error'),
    );
    for (const { span, message } of diagnostics) assert.ok(span, message);
    return value !== undefined;
  } catch (cause) {
    throw new Error(`SEED=${SEED} gave a profile that breaks the compiler:\n${text}`, { cause });
  }
}

test(`profiles at random never throw (SEED=${SEED})`, () => {
  const random = randomFrom(SEED);
  let whole = 0;
  for (let i = 0; i < 400; i++) {
    const grown = grow(profileFile, random);
    const profile =
      typeof grown === 'object' && grown !== null && !Array.isArray(grown)
        ? { extends: pick(random, ['worker', 'haproxy']), ...grown }
        : grown;
    if (compileOrTell(stringify(profile), random() < 0.3)) whole++;
  }
  assert.ok(whole >= 1, `${whole} of 400 compile`);
});

test(`sections one at a time reach the plan (SEED=${SEED})`, () => {
  const random = randomFrom(SEED + 1);
  const sections = Object.entries(profileFile.shape as Record<string, z.ZodType>).filter(
    ([key]) => key !== 'extends',
  );
  let whole = 0;
  for (let i = 0; i < 400; i++) {
    const [key, schema] = pick(random, sections);
    if (
      compileOrTell(
        stringify({
          extends: pick(random, ['worker', 'master', 'haproxy', 'standalone']),
          [key]: grow(schema, random, key),
        }),
        random() < 0.3,
      )
    )
      whole++;
  }
  assert.ok(whole >= 80, `${whole} of 400 compile`);
});

test(`texts at random never throw (SEED=${SEED})`, () => {
  const random = randomFrom(SEED + 2);
  const whole =
    'extends: worker\nkubernetes:\n  version: 1.35.8\nfiles:\n  - path: /etc/motd\n    content: |\n      hi\nusers: [{ name: ops, groups: [adm] }]\n';
  for (let i = 0; i < 400; i++) {
    const at = Math.floor(random() * whole.length);
    const cut = Math.floor(random() * 4);
    compileOrTell(whole.slice(0, at) + nastyText(random).slice(0, 3) + whole.slice(at + cut), false);
  }
});
