import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ownProfiles } from '../../src/adapters/files.ts';
import { TARGET_NAMES } from '../../src/catalog/targets/index.ts';
import { platformOf } from '../../src/user-data-check/platform.ts';
import { GENERATIONS } from '../../src/user-data-check/schema/generations.ts';
import { bake } from '../support/cli.ts';
import { ROOT } from '../support/programs.ts';
import { inTempFolder } from '../support/temp-folder.ts';
import { check, render } from '../support/user-data-corpus.ts';

/** Profiles that are there to be extended. */
const UNFINISHED = ['base', 'node'];

/** A master that starts a cluster by itself holds the cluster's token, and a worker of Kubernetes the one that it joins by. */
const WITH_TOKEN = ['cluster-first-master', 'cluster-worker-behind-a-proxy'];

describe('nothing is said of our own user-data', () => {
  const judged = (bytes: Uint8Array, name: string): void => {
    assert.equal(render(check(bytes, name)), '');
    for (const version of GENERATIONS) assert.equal(render(check(bytes, name, { version })), '', version);
  };
  for (const profile of ownProfiles().filter((name) => !UNFINISHED.includes(name)))
    test(profile, () =>
      inTempFolder(async (folder) => {
        const { code, err } = await bake(['compile', '--profile', profile, '--stand-in'], folder);
        assert.equal(code, 0, err);
        for (const name of ['user-data', 'user-data.stock'])
          judged(readFileSync(join(folder, 'out', profile, name)), name);
      }),
    );
  const cases = join(ROOT, 'test/cases');
  const files = readdirSync(cases)
    .flatMap((name) => ['user-data', 'user-data.stock'].map((file) => join(cases, name, 'expected', file)))
    .filter((file) => existsSync(file) && !WITH_TOKEN.some((name) => file.includes(`/${name}/`)));
  for (const file of files) test(file.slice(cases.length + 1), () => judged(readFileSync(file), file));
  test('there are some', () => assert.ok(files.length >= 8));
});

for (const name of WITH_TOKEN)
  test(`the token of ${name} is told`, () => {
    const file = join(ROOT, 'test/cases', name, 'expected/user-data');
    const { diagnostics } = check(readFileSync(file), 'user-data');
    assert.deepEqual([...new Set(diagnostics.map(({ code }) => code))], ['B708']);
  });

test('every platform is known by its name, and those with a limit have it', () => {
  const limits = TARGET_NAMES.map((name) => platformOf(name)?.limit);
  assert.equal(limits.filter((limit) => limit !== undefined).length, 13);
  assert.equal(platformOf('aws')?.limit, 16_384);
  // 64 KiB of base64.
  assert.equal(platformOf('vsphere')?.limit, 49_152);
  assert.equal(platformOf('nowhere'), undefined);
});
