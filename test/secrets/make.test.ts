import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { run } from '../../src/adapters/process.ts';
import { caCertHash } from '../../src/secrets/ca-hash.ts';
import type { ClusterSecrets } from '../../src/secrets/cluster-secrets.ts';
import { makeClusterSecrets } from '../../src/secrets/make.ts';
import { randomPassword, randomToken } from '../../src/secrets/random.ts';
import { inTempFolder } from '../support/temp-folder.ts';

const NOW = new Date('2026-11-21T09:30:15.750Z');
const DAY = 86_400_000;

let secrets: ClusterSecrets;
before(async () => {
  secrets = await makeClusterSecrets({
    cluster: 'prod',
    now: NOW,
    initWindowSeconds: 3600,
    tokenTtlSeconds: 86_400,
  });
});

const openssl = async (args: readonly string[], input?: string): Promise<string> =>
  (await run('openssl', args, input === undefined ? {} : { input })).stdout;

test('times are whole seconds from the one that was given', () => {
  assert.equal(secrets.created, '2026-11-21T09:30:15Z');
  assert.equal(secrets.initUntil, '2026-11-21T10:30:15Z');
  assert.equal(secrets.bootstrapToken.expires, '2026-11-22T09:30:15Z');
});

describe('authorities are those that kubeadm makes', () => {
  for (const [name, commonName] of [
    ['kubernetes', 'kubernetes'],
    ['frontProxy', 'front-proxy-ca'],
    ['etcd', 'etcd-ca'],
  ] as const) {
    test(commonName, async () => {
      const { certificate, key } = secrets.authorities[name];
      const shown = await openssl(['x509', '-noout', '-text'], certificate);
      for (const wanted of [
        `Issuer: CN = ${commonName}`,
        `Subject: CN = ${commonName}`,
        'Public-Key: (2048 bit)',
        'Signature Algorithm: sha256WithRSAEncryption',
        'X509v3 Key Usage: critical\n                Digital Signature, Key Encipherment, Certificate Sign\n',
        'X509v3 Basic Constraints: critical\n                CA:TRUE\n',
        `X509v3 Subject Alternative Name: \n                DNS:${commonName}\n`,
        'X509v3 Subject Key Identifier',
      ])
        assert.ok(shown.includes(wanted), `${wanted}\nin\n${shown}`);
      const { validFrom, validTo } = new X509Certificate(certificate);
      const begin = Math.floor(NOW.getTime() / 1000) * 1000;
      assert.equal(begin - Date.parse(validFrom), 5 * 60_000);
      assert.equal(Date.parse(validTo) - begin, 3650 * DAY);
      assert.match(key, /^-----BEGIN RSA PRIVATE KEY-----\n/);
      assert.ok(new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key)));
      assert.match(await openssl(['rsa', '-check', '-noout'], key), /RSA key ok/);
    });
  }

  test('a leaf that openssl signs with each is verified by openssl against it, and by no other', () =>
    inTempFolder(async (folder) => {
      const at = (name: string): string => join(folder, name);
      const names = ['kubernetes', 'frontProxy', 'etcd'] as const;
      for (const name of names) {
        writeFileSync(at(`${name}.crt`), secrets.authorities[name].certificate);
        writeFileSync(at(`${name}.key`), secrets.authorities[name].key);
      }
      const when = ['-attime', String(Math.floor(NOW.getTime() / 1000))];
      for (const name of names) {
        const request = ['req', '-new', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=leaf'];
        await openssl([...request, '-keyout', at('leaf.key'), '-out', at('leaf.csr')]);
        const signer = ['-CA', at(`${name}.crt`), '-CAkey', at(`${name}.key`), '-CAcreateserial'];
        await openssl([
          'x509',
          '-req',
          '-in',
          at('leaf.csr'),
          ...signer,
          '-days',
          '9000',
          '-out',
          at('leaf.crt'),
        ]);
        // The leaf is valid from now on by this machine's clock, which may be behind the one of this test.
        const late = Date.parse(new X509Certificate(readFileSync(at('leaf.crt'))).validFrom) / 1000 + 60;
        const time = ['-attime', String(Math.max(late, NOW.getTime() / 1000))];
        const verify = (ca: string, okCodes: readonly number[]) =>
          run('openssl', ['verify', '-x509_strict', ...time, '-CAfile', at(`${ca}.crt`), at('leaf.crt')], {
            okCodes,
          });
        await verify(name, [0]);
        for (const other of names.filter((one) => one !== name))
          assert.match((await verify(other, [1, 2])).stderr, /verification failed/);
        await run('openssl', ['verify', ...when, '-CAfile', at(`${name}.crt`), at(`${name}.crt`)]);
      }
    }));
});

test('the pin of an authority is what openssl computes', async () => {
  for (const { certificate } of Object.values(secrets.authorities)) {
    const publicKey = await openssl(['x509', '-pubkey', '-noout'], certificate);
    const digest = await run('bash', ['-c', 'openssl pkey -pubin -outform der | openssl dgst -sha256 -r'], {
      input: publicKey,
    });
    assert.equal(caCertHash(certificate), `sha256:${digest.stdout.slice(0, 64)}`);
  }
});

test('the service-account pair is a pair, in the forms that kubeadm writes', async () => {
  const { privateKey, publicKey } = secrets.serviceAccount;
  assert.match(privateKey, /^-----BEGIN RSA PRIVATE KEY-----\n/);
  assert.match(publicKey, /^-----BEGIN PUBLIC KEY-----\n/);
  assert.equal(await openssl(['rsa', '-pubout'], privateKey), publicKey.trim());
  assert.equal(createPublicKey(publicKey).asymmetricKeyDetails?.modulusLength, 2048);
});

test('what is random has its form, and is different each time', async () => {
  assert.match(secrets.bootstrapToken.token, /^[a-z0-9]{6}\.[a-z0-9]{16}$/);
  assert.equal(Buffer.from(secrets.encryptionKey, 'base64').length, 32);
  assert.match(secrets.vrrpPassword, /^[A-Za-z2-9]{8}$/);
  assert.match(secrets.statsPassword, /^[A-Za-z2-9]{24}$/);
  const { authorities, serviceAccount } = secrets;
  const again = await makeClusterSecrets({
    cluster: 'prod',
    now: NOW,
    initWindowSeconds: 3600,
    tokenTtlSeconds: 86_400,
    pki: { authorities, serviceAccount },
  });
  assert.deepEqual(again.authorities, authorities);
  for (const name of ['encryptionKey', 'vrrpPassword', 'statsPassword'] as const)
    assert.notEqual(again[name], secrets[name]);
  assert.notEqual(again.bootstrapToken.token, secrets.bootstrapToken.token);
});

/**
 * Chi-squared with 35 and 56 degrees of freedom: over 120 and 160 happens by chance less than once in 10^10 runs; a random
 * byte taken modulo 36 gives several hundreds with this many characters.
 */
test('no character is likelier than another', () => {
  const skew = (characters: string, kinds: number): number => {
    const counts = new Map<string, number>();
    for (const one of characters) counts.set(one, (counts.get(one) ?? 0) + 1);
    assert.equal(counts.size, kinds);
    const expected = characters.length / kinds;
    return [...counts.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
  };
  const tokens = Array.from({ length: 4000 }, () => randomToken().replace('.', '')).join('');
  assert.ok(skew(tokens, 36) < 120, String(skew(tokens, 36)));
  const passwords = randomPassword(100_000);
  assert.ok(skew(passwords, 57) < 160, String(skew(passwords, 57)));
});
