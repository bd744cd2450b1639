import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../../src/adapters/process.ts';
import { ByteSearch } from '../../src/secrets/byte-search.ts';
import { needlesOf } from '../../src/secrets/needles.ts';
import { scanForSecrets } from '../../src/verify/offline/secret-scan.ts';
import { verifyOffline } from '../../src/verify/offline/verify-offline.ts';
import { CLEAN, makeDisk, withScratch, writeTree } from './synthetic-image.ts';

const TOKEN = { name: 'bootstrap token', value: 'abcdef.0123456789abcdef' };
const HEX = { name: 'certificate key', value: '9f'.repeat(8) + '3c5a7e1b'.repeat(6) };

async function scan(content: Buffer | string, secret: { name: string; value: string }) {
  return withScratch(async (scratch) => {
    const disk = join(scratch, 'disk.raw');
    await writeFile(
      disk,
      Buffer.concat([Buffer.alloc(70_000), Buffer.from(content), Buffer.alloc(5000, 'x')]),
    );
    const [result] = await scanForSecrets(disk, [secret], { run });
    assert.ok(result);
    assert.ok(!JSON.stringify(result).includes(secret.value));
    return result;
  });
}

const wrapped = (bytes: Buffer | string, width: number) =>
  Buffer.from(bytes)
    .toString('base64')
    .replace(new RegExp(`.{${width}}`, 'g'), '$&\n');

for (const secret of [TOKEN, HEX]) {
  test(`${secret.name}: found plain and in base64 at each alignment, not elsewhere`, async () => {
    const plain = await scan(`token: ${secret.value}\n`, secret);
    assert.equal(plain.status, 'fail');
    assert.match(plain.detail ?? '', /found at byte 700\d\d of the disk, plain/);
    for (const before of ['', 'a', 'ab', 'token: ']) {
      const result = await scan(Buffer.from(`${before}${secret.value} and more`).toString('base64'), secret);
      assert.match(result.detail ?? 'not found', /base64/, before);
    }
    assert.equal(
      (await scan(`${secret.value.slice(0, 15)}${secret.value.slice(0, 15)}`, secret)).status,
      'pass',
    );
  });
}

test('a long value is found in base64 wherever the lines of it break', async () => {
  for (let before = 0; before < 57; before += 1) {
    const text = `${'-'.repeat(before)}${HEX.value}${'-'.repeat(80)}`;
    assert.equal((await scan(wrapped(text, 76), HEX)).status, 'fail', `${before} bytes before`);
  }
});

function keys(): readonly (readonly [string, KeyObject])[] {
  return [
    ['rsa', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
    ['ec', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey],
    ['ed25519', generateKeyPairSync('ed25519').privateKey],
  ];
}

test('a private key is found in any of its file formats, and is not taken for another', async () => {
  for (const [kind, key] of keys()) {
    const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
    const secret = { name: `${kind} key`, value: pem };
    const legacy = { rsa: 'pkcs1', ec: 'sec1', ed25519: 'pkcs8' }[kind] as 'pkcs8';
    const forms: Record<string, Buffer | string> = {
      pem,
      indented: pem.replace(/^/gm, '      '),
      der: key.export({ type: 'pkcs8', format: 'der' }),
      legacy: key.export({ type: legacy, format: 'pem' }).toString(),
      kubeconfig: `client-key-data: ${Buffer.from(pem).toString('base64')}`,
      'wrapped user-data': wrapped(`x${pem}`, 76),
    };
    for (const [form, content] of Object.entries(forms)) {
      assert.equal((await scan(content, secret)).status, 'fail', `${kind} as ${form}`);
    }
    for (const [otherKind, other] of keys()) {
      const text = other.export({ type: 'pkcs8', format: 'pem' });
      assert.equal((await scan(text, secret)).status, 'pass', `${kind} against another ${otherKind}`);
    }
  }
});

test('a public key gives no private key away', async () => {
  for (const [kind, type] of [
    ['ec', 'ec'],
    ['ed25519', 'ed25519'],
  ] as const) {
    const pair =
      type === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
    const secret = { name: kind, value: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
    assert.equal((await scan(pair.publicKey.export({ type: 'spki', format: 'pem' }), secret)).status, 'pass');
  }
});

test('a value too short to prove anything is said to be skipped', async () => {
  const result = await scan('hunter', { name: 'stats password', value: 'hunter' });
  assert.equal(result.status, 'skip');
  assert.match(result.detail ?? '', /too short/);
});

/** A small linear congruential generator, so that a failure can be run again. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test('the search finds what a plain search finds', () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const below = random(seed);
    // Few different bytes make for many near misses and overlaps.
    const bytes = (length: number) => Buffer.from(Array.from({ length }, () => 97 + below(3)));
    const data = bytes(below(400));
    const needles = Array.from({ length: 1 + below(6) }, () => ({ bytes: bytes(2 + below(7)) }));
    const expected: string[] = [];
    for (const needle of needles) {
      for (let at = data.indexOf(needle.bytes); at >= 0; at = data.indexOf(needle.bytes, at + 1)) {
        expected.push(`${needles.indexOf(needle)}@${at}`);
      }
    }
    const found = [...new ByteSearch(needles).in(data)].map(
      ({ needle, position }) => `${needles.indexOf(needle)}@${position}`,
    );
    assert.deepEqual(found.sort(), expected.sort(), `seed ${seed}`);
  }
});

test('a needle across the seam of two chunks is found', async () => {
  const chunk = 8 * 1024 * 1024;
  for (const before of [chunk - 1, chunk - 10, chunk - TOKEN.value.length, chunk]) {
    await withScratch(async (scratch) => {
      const disk = join(scratch, 'disk.raw');
      await writeFile(
        disk,
        Buffer.concat([Buffer.alloc(before, 'x'), Buffer.from(TOKEN.value), Buffer.alloc(chunk, 'y')]),
      );
      const [result] = await scanForSecrets(disk, [TOKEN], { run });
      assert.match(result?.detail ?? '', new RegExp(`byte ${before} of the disk, plain`));
    });
  }
});

test('an image is searched outside of its files too', async () => {
  await withScratch(async (scratch) => {
    const tree = join(scratch, 'tree');
    await mkdir(tree);
    await writeTree(tree, { ...CLEAN, '/usr/share/bake/notes': `the token is ${TOKEN.value}\n` });
    const { path } = await makeDisk(tree, join(scratch, 'disk.raw'));
    // A deleted file leaves its blocks: put a value into the free space at the end.
    const disk = await readFile(path);
    disk.write(HEX.value, disk.length - 3 * 2 ** 20);
    await writeFile(path, disk);
    const qcow2 = join(scratch, 'disk.qcow2');
    await run('qemu-img', ['convert', '-c', '-O', 'qcow2', path, qcow2]);
    const secrets = [TOKEN, HEX, { name: 'another', value: 'nowhere to be found' }];
    for (const image of [path, qcow2]) {
      const results = await verifyOffline({ image, checks: [], secrets, scratchDir: scratch, run });
      const failed = results.filter(({ status }) => status === 'fail');
      assert.deepEqual(
        failed.map(({ title }) => title),
        ['bootstrap token is not on the disk', 'certificate key is not on the disk'],
      );
    }
  });
});

test('needles are long enough to mean something', () => {
  for (const secret of [
    TOKEN,
    HEX,
    ...keys().map(([name, key]) => ({ name, value: String(key.export({ type: 'pkcs8', format: 'pem' })) })),
  ]) {
    for (const needle of needlesOf(secret))
      assert.ok(needle.bytes.length >= 10, `${secret.name} ${needle.form}`);
  }
});
