import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { profileJsonSchema } from '../../src/cli/commands/schema.ts';
import { CASES, caseNames, optionsOf } from '../support/golden.ts';
import { bake } from '../support/cli.ts';

const PROFILES = fileURLToPath(new URL('../../profiles/', import.meta.url));
const schema = JSON.parse(profileJsonSchema()) as object;
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema);
const replaceTag = { tag: '!replace', collection: 'seq' as const };
const read = (file: string): unknown => parse(readFileSync(file, 'utf8'), { customTags: [replaceTag] });

const ours = readdirSync(PROFILES).filter((name) => name.endsWith('.yaml'));

describe('the JSON Schema, judged by a library of others', () => {
  for (const name of ours) {
    test(`takes our profile ${name}`, () =>
      assert.ok(validate(read(join(PROFILES, name))), JSON.stringify(validate.errors)));
  }
  for (const name of caseNames) {
    test(`takes the case ${name}`, () => {
      assert.ok(
        validate(read(join(CASES, name, optionsOf(name).profile ?? 'profile.yaml'))),
        JSON.stringify(validate.errors),
      );
    });
  }
  test('takes null where it takes an inherited key away', () => {
    assert.ok(
      validate({
        runtime: { pauseImage: null },
        packages: null,
        system: { sysctl: { 'vm.swappiness': null } },
      }),
      JSON.stringify(validate.errors),
    );
  });
  for (const [what, profile] of Object.entries({
    'a null in the place of what must be there': { users: [{ name: null }] },
    'a null in a list': { packages: [null] },
    'an unknown key': { versoin: 1 },
    'a wrong type': { kubernetes: { version: 1.3 } },
    'a wrong word': { os: 'debian-31' },
    'a missing key': { users: [{}] },
    'a wrong form': { files: [{ path: 'etc/motd' }] },
    'a key of a wrong form': { system: { sysctl: { ip_forward: 1 } } },
  })) {
    test(`refuses ${what}`, () => assert.equal(validate(profile), false));
  }
});

test('the file that editors read is what `bake schema` prints', async () => {
  const { code, out } = await bake(['schema'], PROFILES);
  assert.equal(code, 0);
  assert.equal(readFileSync(join(PROFILES, 'profile.schema.json'), 'utf8'), out);
});

describe('every profile names its schema for editors', () => {
  for (const name of ours) {
    test(name, () => {
      const [line = ''] = readFileSync(join(PROFILES, name), 'utf8').split('\n');
      const file = /^# yaml-language-server: \$schema=(\S+)$/.exec(line)?.[1];
      assert.ok(file !== undefined && existsSync(join(PROFILES, file)), line);
    });
  }
});
