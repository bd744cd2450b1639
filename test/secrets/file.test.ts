import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { renderText } from '../../src/diagnostics/render.ts';
import { AgeError, decryptText, encryptText } from '../../src/secrets/age.ts';
import type { ClusterSecrets } from '../../src/secrets/cluster-secrets.ts';
import { isEncrypted } from '../../src/secrets/is-encrypted.ts';
import { makeClusterSecrets } from '../../src/secrets/make.ts';
import { rotate } from '../../src/secrets/rotate.ts';
import { ROTATIONS, type Rotation } from '../../src/secrets/rotations.ts';
import { findSecrets } from '../../src/secrets/scan.ts';
import { readSecrets, secretValuesOf, type Secrets } from '../../src/secrets/secrets.ts';
import { summaryOf } from '../../src/secrets/summary.ts';
import { secretsText } from '../../src/secrets/write.ts';

const NOW = new Date('2026-11-21T09:30:15Z');
const LIVES = { now: NOW, initWindowSeconds: 3600, tokenTtlSeconds: 86_400 };

let cluster: ClusterSecrets;
let text: string;
before(async () => {
  cluster = await makeClusterSecrets({ cluster: 'prod', ...LIVES });
  text = secretsText({ registries: {}, cluster });
});

const read = (written: string) => readSecrets({ id: 's', path: 'secrets.yaml', text: written });

test('what is written is read again, credentials of registries and recipients beside it', () => {
  const secrets: Secrets = {
    registries: { harbor: { username: 'robot', password: 'a "b" \\ {{c}}' } },
    cluster: { ...cluster, externalEtcdKey: cluster.authorities.etcd.key, vrrpPassword: '12345678' },
    recipients: ['age1xyz'],
  };
  assert.deepEqual(read(secretsText(secrets)), { value: secrets, diagnostics: [] });
  const alone: Secrets = { registries: secrets.registries };
  assert.deepEqual(read(secretsText(alone)), { value: alone, diagnostics: [] });
  assert.match(secretsText(secrets), /^# Secrets of the cluster prod\.\n(?:# .*\n)*# .*never commit it/);
});

test('every secret field has a value that is searched for, and no public one has', () => {
  const values = secretValuesOf({
    registries: { h: { username: 'robot-user', password: 'p4ssword' } },
    cluster,
  });
  const missing = { name: 'all', value: '' };
  const found = (field: string) => findSecrets(field, values).map(({ name }) => name);
  const { authorities, serviceAccount } = cluster;
  for (const field of [
    cluster.bootstrapToken.token,
    authorities.kubernetes.key,
    authorities.frontProxy.key,
    authorities.etcd.key,
    serviceAccount.privateKey,
    cluster.encryptionKey,
    cluster.vrrpPassword,
    cluster.statsPassword,
    'p4ssword',
  ])
    assert.notDeepEqual(found(field), [], missing.name);
  for (const field of [
    authorities.kubernetes.certificate,
    serviceAccount.publicKey,
    cluster.bootstrapToken.token.slice(0, 6),
    cluster.initUntil,
    'robot-user',
  ])
    assert.deepEqual(found(field), []);
  assert.deepEqual(found(`token-secret: ${cluster.bootstrapToken.token.slice(7)}`), [
    'secret half of the bootstrap token',
  ]);
  assert.equal(new Set(values.map(({ name }) => name)).size, values.length);
});

test('a password of a proxy is searched for as it stands in an address, too', () => {
  const proxies = { corp: { username: 'u', password: "it's@ll of it" } };
  const found = (text: string) => findSecrets(text, secretValuesOf({ cluster: { ...cluster, proxies } }));
  for (const text of ["it's@ll of it", 'http://u:it%27s%40ll%20of%20it@proxy'])
    assert.deepEqual(
      found(text).map(({ name }) => name),
      ['password of the proxy corp'],
    );
});

describe('a mistake in the file is shown by its place and by what was expected, never by a value', () => {
  const line = (pattern: RegExp): number => text.slice(0, text.search(pattern)).split('\n').length;
  const cases: Readonly<Record<string, [wrong: () => string, expected: () => RegExp]>> = {
    'a broken token': [
      () => text.replace(/token: .*/, 'token: hidden-hunter2'),
      () =>
        new RegExp(`secrets\\.yaml:${line(/token: /)}:10: error\\[B203\\]: expected a token such as abcdef`),
    ],
    'a password too long for VRRP': [
      () => text.replace(/vrrpPassword: .*/, 'vrrpPassword: hidden-hunter2'),
      () =>
        new RegExp(
          `secrets\\.yaml:${line(/vrrpPassword/)}:15: error\\[B203\\]: expected 8 letters and digits`,
        ),
    ],
    'a key of another authority': [
      () => secretsText({ registries: {}, cluster: { ...cluster, authorities: swapped() } }),
      () =>
        new RegExp(
          `secrets\\.yaml:${line(/^ {2}kubernetes:/m)}:3: error\\[B203\\]: expected the certificate of an authority, and the key`,
        ),
    ],
    'a certificate that is none': [
      () => text.replace(/MIID/, 'hidden-hunter2'),
      () => /error\[B203\]: expected a certificate in PEM/,
    ],
    'a missing key': [
      () => text.replace(/encryptionKey: .*\n/, ''),
      () => /error\[B204\]: "encryptionKey" is missing/,
    ],
    'an unknown key': [
      () => `${text}hidden-hunter2: 1\n`,
      () => /error\[B201\]: a secrets file has no such key here/,
    ],
    'a value that YAML takes for a tag': [
      () => 'registries: {h: {username: a, password: !hidden-hunter2 }}\n',
      () => /secrets\.yaml:1:\d+: error\[B106\]/,
    ],
    'a value that YAML takes for an alias': [
      () => 'registries: {h: {username: a, password: *hidden-hunter2 }}\n',
      () => /secrets\.yaml:1:\d+: error\[B101\]/,
    ],
    'a key twice': [
      () => 'registries: {hidden-hunter2: 1, hidden-hunter2: 2}\n',
      () => /secrets\.yaml:1:\d+: error\[B102\]/,
    ],
    rubbish: [() => '{"hidden-hunter2" "hidden-hunter2"\n', () => /secrets\.yaml:\d+:\d+: error\[B101\]/],
    'a name that can be none': [
      () => 'registries: {"hidden hunter2": {username: a, password: b}}\n',
      () => /error\[B203\]/,
    ],
  };
  const swapped = () => ({
    ...cluster.authorities,
    kubernetes: { ...cluster.authorities.kubernetes, key: cluster.authorities.etcd.key },
  });
  for (const [name, [wrong, expected]] of Object.entries(cases)) {
    test(name, () => {
      const { value, diagnostics } = read(wrong());
      assert.equal(value, undefined);
      const shown = diagnostics.map((one) => renderText(one)).join('\n');
      assert.match(shown, expected());
      assert.doesNotMatch(`${shown}${JSON.stringify(diagnostics)}`, /hidden|hunter2/);
      assert.deepEqual(findSecrets(JSON.stringify(diagnostics), secretValuesOf({ cluster })), []);
    });
  }
});

describe('rotating', () => {
  const FIELDS: Readonly<Record<Rotation, keyof ClusterSecrets>> = {
    token: 'bootstrapToken',
    window: 'initUntil',
    vrrp: 'vrrpPassword',
    stats: 'statsPassword',
    encryption: 'encryptionKey',
  };
  const later = { ...LIVES, now: new Date('2026-12-24T00:00:00Z') };
  for (const what of Object.keys(ROTATIONS) as Rotation[]) {
    test(`${what} makes that anew, and nothing else`, () => {
      const rotated = rotate(cluster, [what], later);
      const changed = (Object.keys(cluster) as (keyof ClusterSecrets)[]).filter(
        (key) => JSON.stringify(rotated[key]) !== JSON.stringify(cluster[key]),
      );
      assert.deepEqual(changed, [FIELDS[what]]);
      assert.equal(read(secretsText({ registries: {}, cluster: rotated })).diagnostics.length, 0);
    });
  }
  test('times begin when it is done', () => {
    const { initUntil, bootstrapToken } = rotate(cluster, ['token', 'window'], later);
    assert.deepEqual([initUntil, bootstrapToken.expires], ['2026-12-24T01:00:00Z', '2026-12-25T00:00:00Z']);
  });
});

test('a summary says what is over, and holds no value', () => {
  const at = (time: string) => summaryOf({ registries: {}, cluster }, new Date(time));
  const young = at('2026-11-21T09:31:00Z').cluster;
  const old = at('2036-11-18T09:30:15Z').cluster;
  assert.deepEqual(
    [young?.initWindow, young?.bootstrapToken, young?.authorities[0]].map((one) => one?.isOver),
    [false, false, false],
  );
  assert.deepEqual(
    [old?.initWindow, old?.bootstrapToken, old?.authorities[0]].map((one) => one?.isOver),
    [true, true, true],
  );
  assert.deepEqual(findSecrets(JSON.stringify(young), secretValuesOf({ cluster })), []);
});

describe('age', () => {
  test('each of two recipients opens it, and nobody else', async () => {
    const identities = [
      await generateIdentity(),
      await generateIdentity(),
      await generateIdentity(),
    ] as const;
    const recipients = await Promise.all(identities.slice(0, 2).map(identityToRecipient));
    const armored = await encryptText(text, recipients);
    assert.ok(isEncrypted(armored) && !isEncrypted(text));
    assert.deepEqual(findSecrets(armored, secretValuesOf({ cluster })), []);
    for (const identity of identities.slice(0, 2))
      assert.equal(await decryptText(armored, `# created: today\n${identity}\n`), text);
    await assert.rejects(decryptText(armored, identities[2]), AgeError);
    await assert.rejects(decryptText(armored.replace(/\n.{10}/, '\nAAAAAAAAAA'), identities[0]), AgeError);
  });

  test('what is no recipient or identity is said, and an identity is not repeated', async () => {
    await assert.rejects(encryptText(text, ['age1nonsense']), /"age1nonsense" is no age recipient/);
    const armored = await encryptText(text, [await identityToRecipient(await generateIdentity())]);
    await assert.rejects(decryptText(armored, '# nothing\n'), /holds no identity/);
    await assert.rejects(
      decryptText(armored, 'AGE-SECRET-KEY-1HUNTER2\n'),
      (error: Error) => error instanceof AgeError && !error.message.includes('HUNTER2'),
    );
  });
});
