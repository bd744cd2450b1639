import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { TARGETS } from '../../src/catalog/targets/index.ts';
import { gzipped } from '../../src/text/gzip.ts';
import { mimeText } from '../../src/text/mime.ts';
import { vmxLine } from '../../src/text/vmx.ts';
import { xmlText } from '../../src/text/xml.ts';
import { writeFor } from '../../src/user-data-forms/index.ts';
import { CANARY, HOSTILE } from '../hostile/values.ts';
import { readGovc, readVmx, runLine } from './readers.ts';

const USER_DATA = '#cloud-config\nruncmd: [echo]\n';
const named = (hostname: string) => ({ userData: USER_DATA, identity: { instanceId: hostname, hostname } });
const decoded = (base64: string | undefined): string => Buffer.from(base64 ?? '', 'base64').toString();
/** Values that a process may be given, and that are text. */
const WORDS = HOSTILE.filter((value) => !value.includes('\0') && Buffer.from(value).toString() === value);

describe('hostile values', () => {
  test('lines of .vmx', () => {
    for (const value of WORDS) {
      const line = vmxLine('guestinfo.x', value);
      assert.equal(line.split('\n').length, 2, 'one line');
      assert.deepEqual(readVmx(line), { 'guestinfo.x': value });
    }
    assert.throws(() => vmxLine('a = "b"\nc', 'x'), /not the name of a \.vmx setting/);
  });

  test('a name in lines of shell', () => {
    const variables = { REGION: "r'$(x)", IMAGE: '-i mage', SIZE: '' };
    assert.equal(WORDS.length > 60, true);
    for (const value of WORDS) {
      const govc = readGovc(writeFor(TARGETS.vsphere, 'govc', named(value)).text ?? '');
      assert.equal(govc['vm'], value);
      assert.equal(decoded(govc['guestinfo.userdata']).length > 0, true);
      const { args, input } = runLine(writeFor(TARGETS.aws, 'cli', named(value)).text ?? '', 'aws', {
        ...variables,
        AMI: 'a b',
        TYPE: '*',
        SUBNET: '`s`',
      });
      assert.deepEqual(
        args.slice(0, 10),
        ['ec2', 'run-instances', '--image-id', 'a b', '--instance-type', '*', '--subnet-id', '`s`'].concat(
          '--tag-specifications',
          `ResourceType=instance,Tags=[{Key=Name,Value=${value}}]`,
        ),
      );
      assert.equal(input.toString(), USER_DATA);
    }
    assert.ok(!existsSync(CANARY));
  });

  test('JSON', () => {
    for (const value of WORDS) {
      const properties = JSON.parse(writeFor(TARGETS.vsphere, 'ovf-properties', named(value)).text ?? '') as {
        PropertyMapping: { Key: string; Value: string }[];
      };
      assert.deepEqual(properties.PropertyMapping[1], { Key: 'hostname', Value: value });
    }
  });

  test('XML refuses what it can’t hold, without repeating it', () => {
    for (const value of ['a\0', 'secret\u0007', 'a\ufffe', '\ud800'])
      assert.throws(
        () => xmlText({ name: 'a', attributes: { b: value } }, { '': 'urn:x' }),
        (error) =>
          error instanceof Error && /can’t hold/.test(error.message) && !error.message.includes('secret'),
      );
  });
});

test('a line of shell runs nothing where a variable is not set', () => {
  const line = writeFor(TARGETS.openstack, 'cli', { userData: USER_DATA }).text ?? '';
  for (const shell of ['bash', 'sh']) {
    const { status, stderr } = spawnSync(shell, ['-c', line.replace('openstack', 'touch')], {
      env: { PATH: process.env['PATH'], SHLVL: '1' },
      encoding: 'utf8',
    });
    assert.notEqual(status, 0);
    assert.match(stderr, /IMAGE/);
  }
  // Machines that the platform names have none of ours.
  assert.match(line, / "\$\{NAME:\?\}"\n$/);
  assert.doesNotMatch(
    writeFor(TARGETS.vsphere, 'parameters', { userData: USER_DATA }).text ?? '',
    /metadata/,
  );
});

test('gzip gives the same bytes everywhere and always', () => {
  const text = Buffer.from(`${'the same line\n'.repeat(500)}${'ünïcödé 漢字 😀\n'.repeat(20)}`);
  const packed = Buffer.from(gzipped(text));
  assert.deepEqual(gunzipSync(packed), text);
  // No time, and Unix: RFC 1952.
  assert.deepEqual([...packed.subarray(4, 8), packed[9]], [0, 0, 0, 0, 3]);
  assert.equal(
    createHash('sha256').update(packed).digest('hex'),
    'd8732bd2dd670d60252a4b80e53031ade32812c76ff2cb2e8a11c64bfeacdbe1',
  );
});

test('MIME is ASCII, in lines of at most 76 characters where it is base64', () => {
  const text = mimeText([
    { type: 'text/cloud-config', content: Buffer.from('#cloud-config\n--not a boundary\n') },
    { type: 'text/cloud-config', content: Buffer.from(`#cloud-config\n# ${'ü'.repeat(200)}\n`) },
    { type: 'application/gzip', content: gzipped(Buffer.from('x')) },
  ]);
  assert.match(text, /^[\n -~]+$/);
  assert.match(
    text,
    /^Content-Type: multipart\/mixed; boundary="bake-[0-9a-f]{24}"\nMIME-Version: 1\.0\n\n--bake-/,
  );
  assert.ok(text.split('\n').every((line) => line.length <= 76));
  assert.equal(text.match(/: base64$/gm)?.length, 2);
});

test('a field for ASCII alone gets nothing else', () => {
  const userData = '#cloud-config\n# ünïcödé\n';
  const kinds = (['text', 'base64'] as const).map(
    (form) => writeFor(TARGETS.huawei, form, { userData }).payload.kind,
  );
  assert.deepEqual(kinds, ['mime+gzip', 'plain']);
  assert.equal(writeFor(TARGETS.aws, 'text', { userData }).payload.kind, 'plain');
});

test('base64 is one line with nothing behind it', () => {
  for (const target of [TARGETS.aws, TARGETS.hetzner, TARGETS.oracle])
    assert.match(writeFor(target, 'base64', named('a')).text ?? '', /^[A-Za-z0-9+/]+={0,2}$/);
});
