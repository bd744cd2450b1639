import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../../src/adapters/process.ts';
import { bake } from '../support/cli.ts';
import { inTempFolder } from '../support/temp-folder.ts';
import { EXAMPLES } from './examples.ts';

const CLUSTER = join(EXAMPLES, 'one-master-two-workers/cluster.yaml');

/** The files of an ISO image, as xorriso reads them. */
async function extract(iso: string, to: string): Promise<Record<string, string>> {
  mkdirSync(to);
  await run('xorriso', ['-osirrox', 'on', '-indev', iso, '-extract', '/', to]);
  return filesIn(to);
}

const filesIn = (folder: string): Record<string, string> =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

test('media hold what is rendered, for their owner only, and stay as they are the second time', async () => {
  await inTempFolder(async (folder) => {
    const secrets = ['--secrets', 'secrets.yaml'];
    const made = await bake(['secrets', 'new', '--cluster', CLUSTER, '--out', 'secrets.yaml'], folder);
    assert.equal(made.code, 0, made.err);

    const render = ['cluster', 'render', '--cluster', CLUSTER, ...secrets, '--iso'];
    const rendered = await bake(render, folder);
    assert.equal(rendered.code, 0, rendered.err);
    const machines = ['master-1', 'worker-1', 'worker-2'];
    const iso = (name: string): string => join(folder, 'out/small', name, 'seed.iso');
    const inodes = (): string[] =>
      machines.map((name) => `${statSync(iso(name)).ino} ${statSync(iso(name)).mtimeMs}`);
    const before = inodes();
    for (const name of machines) {
      assert.equal(statSync(iso(name)).mode & 0o777, 0o600);
      const { 'seed.iso': _, ...beside } = filesIn(join(folder, 'out/small', name));
      assert.deepEqual(await extract(iso(name), join(folder, name)), beside);
      assert.equal('network-config' in beside, name === 'worker-1');
      // How cloud-init knows it.
      const { stdout } = await run('blkid', ['-o', 'value', '-s', 'LABEL', iso(name)]);
      assert.equal(stdout.trim(), 'CIDATA');
    }
    assert.equal((await bake(render, folder)).code, 0);
    assert.deepEqual(inodes(), before);

    const seed = ['seed', '--cluster', CLUSTER, ...secrets, '--node', 'worker-1'];
    mkdirSync(join(folder, 'media'));
    const one = await bake([...seed, '--out', 'media/w1.iso'], folder);
    assert.equal(one.code, 0, one.err);
    assert.match(
      one.out,
      /^Wrote media\/w1\.iso \(mode 0600\).*\n {2}user-data .*\n {2}meta-data .*\n {2}network-config /,
    );
    assert.deepEqual(readFileSync(join(folder, 'media/w1.iso')), readFileSync(iso('worker-1')));
    assert.deepEqual(readdirSync(join(folder, 'media')), ['w1.iso'], 'nothing is left over');

    for (const out of ['secrets.yaml/x.iso', 'no/such/x.iso']) {
      const nowhere = await bake([...seed, '--out', out], folder);
      assert.equal(nowhere.code, 1, nowhere.err);
      assert.match(
        nowhere.err,
        /there is no folder (?:secrets\.yaml|no\/such); make it, or choose another --out/,
      );
    }
    assert.ok(!existsSync(join(folder, 'no')), 'nothing is made');
  });
});
