import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { run, ToolFailure } from '../../src/adapters/process.ts';
import { bakeProcess, bigTempFolder } from '../support/programs.ts';
import { buildKubernetes, serveKubernetes } from './serve.ts';

/** Real Kubernetes, built from Debian's source: its packages are what apt takes, its images what kubeadm asks for, and a bake takes both. */
describe('real Kubernetes', () => {
  const temp = bigTempFolder();
  let kit = '';
  let repository: Awaited<ReturnType<typeof serveKubernetes>> | undefined;
  before(async () => {
    kit = await buildKubernetes((line) => {
      console.log(line);
    });
    repository = await serveKubernetes(kit);
  });
  after(async () => {
    await repository?.close();
    temp.remove();
  });

  /** A program out of its package. */
  const program = async (name: string, path: string): Promise<string> => {
    const tree = join(temp.path, name);
    const deb = readdirSync(join(kit, 'repository')).find((file) => file.startsWith(`${name}_`)) ?? '';
    await run('dpkg-deb', ['-x', join(kit, 'repository', deb), tree]);
    return join(tree, path);
  };

  test('a second build is the first one, at once', async () => {
    const began = Date.now();
    assert.equal(await buildKubernetes(), kit);
    assert.ok(Date.now() - began < 5000);
  });

  test('apt takes kubelet, kubeadm and kubectl 1.20.2 with the key of the profiles, and no other', async () => {
    const state = join(temp.path, 'apt');
    for (const folder of ['lists/partial', 'cache/archives/partial', 'empty'])
      mkdirSync(join(state, folder), { recursive: true });
    const source = (key: string): void =>
      writeFileSync(join(state, 'sources.list'), `deb [signed-by=${key}] http://127.0.0.1:21202/ /\n`);
    const options = [
      ...['-o', `Dir::Etc::sourcelist=${state}/sources.list`, '-o', `Dir::Etc::sourceparts=${state}/empty`],
      ...['-o', `Dir::State::lists=${state}/lists`, '-o', `Dir::Cache=${state}/cache`],
      ...['-o', 'APT::Sandbox::User=root', '--error-on=any'],
    ];
    source(join(kit, 'repository/key.asc'));
    await run('apt-get', [...options, 'update']);
    const { stdout } = await run('apt-cache', [
      ...options.slice(0, -1),
      'madison',
      'kubelet',
      'kubeadm',
      'kubectl',
    ]);
    assert.equal(stdout.match(/\| 1\.20\.2-1\.1 \| http:\/\/127\.0\.0\.1:21202/g)?.length, 3, stdout);
    source('/usr/share/keyrings/debian-archive-keyring.gpg');
    await assert.rejects(
      run('apt-get', [...options, 'update']),
      (error) => error instanceof ToolFailure && /NO_PUBKEY|not signed/.test(error.output),
    );
  });

  test('the programs say that they are v1.20.2', async () => {
    const kubelet = await run(await program('kubelet', 'usr/bin/kubelet'), ['--version']);
    assert.equal(kubelet.stdout.trim(), 'Kubernetes v1.20.2');
    const kubectl = await run(await program('kubectl', 'usr/bin/kubectl'), [
      'version',
      '--client',
      '--short',
    ]);
    assert.equal(kubectl.stdout.trim(), 'Client Version: v1.20.2');
  });

  test('there is an archive of every image that kubeadm names, under that name', async () => {
    const kubeadm = await program('kubeadm', 'usr/bin/kubeadm');
    const args = ['--kubernetes-version', 'v1.20.2', '--image-repository', 'k8s.gcr.io'];
    const { stdout } = await run(kubeadm, ['config', 'images', 'list', ...args]);
    const archives = readdirSync(join(kit, 'images')).map((name) => join(kit, 'images', name));
    const names: string[] = [];
    for (const archive of archives) {
      const manifest = await run('tar', ['-xOf', archive, 'manifest.json']);
      names.push(
        ...(JSON.parse(manifest.stdout) as { RepoTags: string[] }[]).flatMap(({ RepoTags }) => RepoTags),
      );
    }
    assert.deepEqual(names.sort(), [...stdout.trim().split('\n'), 'bake.test/web:1.0'].sort());
  });

  test('a worker is baked with them, its images included', async () => {
    const done = await bakeProcess(['--profile', join(kit, 'worker.yaml'), '--out', temp.path], temp.path);
    assert.equal(done.exitCode, 0, done.stderr);
    const manifest = JSON.parse(readFileSync(join(temp.path, 'worker/manifest.json'), 'utf8')) as {
      standIn: boolean;
      packages: { name: string; version: string }[];
      offlineChecks: { failed: number };
    };
    assert.equal(manifest.standIn, false);
    assert.equal(manifest.offlineChecks.failed, 0);
    for (const name of ['kubelet', 'kubeadm', 'kubectl'])
      assert.equal(manifest.packages.find((found) => found.name === name)?.version, '1.20.2-1.1');
    // One record for each archive; they are written when containerd has the images, and the files of the image were checked for them.
    const verify = readFileSync(join(temp.path, 'worker/verify.sh'), 'utf8');
    assert.equal(verify.match(/^tap '\/var\/lib\/bake\/images\/[0-9a-f]{64} is there/gm)?.length, 4);
  });
});
