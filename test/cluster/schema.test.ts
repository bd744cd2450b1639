import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { fileProvider, openCluster } from '../../src/adapters/files.ts';
import { readCluster } from '../../src/cluster/read.ts';
import { clusterJsonSchema } from '../../src/cli/commands/schema.ts';
import { bake } from '../support/cli.ts';
import { CLUSTER_ERRORS, CLUSTERS, clusterNames } from '../support/cluster-case.ts';
import { readErrorCases } from '../support/error-case.ts';
import { inTempFolder } from '../support/temp-folder.ts';

const schema = JSON.parse(clusterJsonSchema()) as object;
const validate = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true }).compile(schema);

describe('the JSON Schema of a cluster, judged by a library of others', () => {
  for (const name of clusterNames)
    test(`takes the case ${name}`, () =>
      assert.ok(
        validate(parse(readFileSync(join(CLUSTERS, name, 'cluster.yaml'), 'utf8'))),
        JSON.stringify(validate.errors),
      ));
  const misshapen = readErrorCases(CLUSTER_ERRORS).filter(({ name }) => /^B20[124]-/.test(name));
  for (const { name, profile } of misshapen)
    test(`refuses the case ${name}`, () => assert.equal(validate(parse(profile)), false));
  test('there are some of both', () => assert.ok(clusterNames.length >= 8 && misshapen.length >= 8));
  test('takes null for a key that may be left out', () =>
    assert.ok(
      validate({ name: 'a', nodes: [{ name: 'm', role: 'master', mac: null }], dns: null }),
      JSON.stringify(validate.errors),
    ));
});

test('`bake schema --cluster` prints it', async () => {
  const { code, out } = await bake(['schema', '--cluster'], '/');
  assert.equal(code, 0);
  assert.equal(out, clusterJsonSchema());
});

test('every key says what it is for', () => {
  const missing: string[] = [];
  const look = (at: unknown, path: string): void => {
    if (typeof at !== 'object' || at === null) return;
    for (const [key, inner] of Object.entries((at as { properties?: object }).properties ?? {})) {
      if (typeof (inner as { description?: unknown }).description !== 'string')
        missing.push(`${path}.${key}`);
      look(inner, `${path}.${key}`);
    }
    for (const word of ['anyOf', 'items'] as const)
      for (const inner of [(at as Record<string, unknown>)[word]].flat()) look(inner, path);
  };
  look(schema, '');
  assert.deepEqual(missing, []);
});

test('bake init --cluster writes a cluster file that is right as it is', () =>
  inTempFolder(async (folder) => {
    const { code, err } = await bake(['init', '--cluster', 'mine'], folder);
    assert.equal(code, 0, err);
    const mine = join(folder, 'mine');
    const opened = openCluster('cluster.yaml', mine);
    assert.ok('source' in opened);
    const { value, diagnostics } = readCluster(opened.source, fileProvider(mine));
    assert.deepEqual(diagnostics, []);
    assert.ok(value);
    for (const profile of Object.values(value.cluster.profiles))
      assert.equal((await bake(['compile', '--profile', profile, '--strict'], mine)).code, 0, profile);
    const file = /^# yaml-language-server: \$schema=(\S+)\n/.exec(opened.source.text)?.[1];
    assert.ok(file !== undefined && existsSync(join(mine, file)));
    const written = JSON.parse(readFileSync(join(mine, file), 'utf8')) as object;
    assert.ok(
      new Ajv2020({ strict: true, allowUnionTypes: true }).compile(written)(parse(opened.source.text)),
    );
    assert.match(readFileSync(join(mine, 'README.md'), 'utf8'), /cluster\.yaml/);
  }));

test('what init shows in comments is right, too', () =>
  inTempFolder(async (folder) => {
    await bake(['init', '--cluster', 'mine'], folder);
    const opened = openCluster('mine/cluster.yaml', folder);
    assert.ok('source' in opened);
    const text = opened.source.text
      .replace(/^( *)# (?=- name: worker-3|  (?:role|mac|network|labels|taints): )/gm, '$1')
      .replace(/^# (?=counts:|hosts:|ntp:|proxy:|kubeadm:| {2}certSANs:| {2}encryptSecrets:)/gm, '');
    const { value, diagnostics } = readCluster({ ...opened.source, text }, fileProvider(folder));
    assert.deepEqual(
      diagnostics.map(({ message }) => message),
      [],
    );
    assert.equal(value?.cluster.nodes.at(-1)?.labels['disk'], 'ssd');
    assert.equal(value?.cluster.counts.worker, 5);
    assert.ok(value?.cluster.kubeadm.encryptSecrets && value.cluster.proxy);
  }));

test('bake init without --cluster writes none', () =>
  inTempFolder(async (folder) => {
    assert.equal((await bake(['init', 'mine'], folder)).code, 0);
    assert.ok(!existsSync(join(folder, 'mine/cluster.yaml')));
  }));
