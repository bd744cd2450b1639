import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runtimeSocketFile } from '../../src/plan/runtime.ts';
import { ROOT } from '../support/programs.ts';
import { Machine, OWN_POD, TOKEN, type Role } from './machine.ts';

/** What can go wrong with a machine that is told all it needs: it goes on, or says by name what it waits for. */
describe('first boot finds', () => {
  const on = (role: Role, mayInitialise: boolean, body: (machine: Machine) => Promise<void>) => async () => {
    const machine = new Machine(mkdtempSync(join(tmpdir(), 'b-')), role, mayInitialise);
    try {
      await body(machine);
    } finally {
      machine.close();
      rmSync(machine.root, { recursive: true, force: true });
    }
  };
  const put = (machine: Machine, path: string, text: string): void => {
    mkdirSync(join(machine.root, path, '..'), { recursive: true });
    writeFileSync(join(machine.root, path), text);
  };
  /** It has been switched off while it was about to begin the cluster. */
  const isInitialising = (machine: Machine): void => {
    put(machine, 'var/lib/bake/firstboot/state', 'init');
    put(machine, 'var/lib/bake/firstboot/disk', 'initialising');
    put(machine, `var/lib/bake/firstboot/${OWN_POD.slice('etc/'.length)}`, machine.read(OWN_POD));
    cpSync(join(machine.root, 'run/bake/firstboot/pki'), join(machine.root, 'etc/kubernetes/pki'), {
      recursive: true,
    });
  };
  const clusterIsThere = (machine: Machine): void => {
    put(machine, 'world/cluster', '1\n');
    put(machine, 'world/lineages', '1\n');
  };

  test(
    'a cluster that somebody else has begun since it decided to',
    on('master', true, async (machine) => {
      clusterIsThere(machine);
      isInitialising(machine);
      const { code, said } = await machine.boot();
      assert.equal(code, 0, said);
      assert.equal(machine.read('world/lineages'), '1\n', 'no second cluster');
      assert.match(machine.read('world/log'), /^kubeadm join /m);
      assert.doesNotMatch(machine.read('world/log'), /^kubeadm init --config/m);
    }),
  );

  const url = 'https://manifests.example/operator.yaml';
  const sha256 = createHash('sha256').update(`kind: ${url}\n`).digest('hex');
  for (const [what, applied, said] of [
    [
      'add-ons that nobody has applied, and applies them in their order',
      false,
      ['00-operator.url', '01-network.yaml'],
    ],
    ['that the add-ons were applied already', true, []],
  ] as const)
    test(
      `when it was built anew, ${what}`,
      on('master', true, async (machine) => {
        clusterIsThere(machine);
        put(machine, 'run/bake/firstboot/addons/00-operator.url', `${url}\n${sha256}\n`);
        if (applied) put(machine, 'world/configmaps/bake-addons', '');
        const ended = await machine.boot();
        assert.equal(ended.code, 0, ended.said);
        assert.deepEqual(
          [...ended.said.matchAll(/^bake: add-on (.*)$/gm)].map(([, name]) => name),
          said,
        );
        assert.equal(machine.read('world/log').includes(' apply '), !applied);
        assert.equal(machine.read('world/log').includes('create configmap bake-addons'), !applied);
      }),
    );

  test(
    'a runtime that is a part of the kubelet, and waits for the engine below it',
    on('worker', false, async (machine) => {
      clusterIsThere(machine);
      const path = 'run/bake/firstboot/machine.env';
      const told = machine.read(path);
      put(machine, path, told.replace(/^BAKE_CRI_SOCKET=.*$/m, 'BAKE_CRI_SOCKET=/var/run/dockershim.sock'));
      const { code, said } = await machine.boot();
      assert.equal(code, 0, said);
      assert.equal(runtimeSocketFile('/var/run/dockershim.sock'), '/run/docker.sock');
      assert.match(
        told,
        new RegExp(`^BAKE_RUNTIME_SOCKET=${runtimeSocketFile('unix:///run/cri.sock')}$`, 'm'),
      );
    }),
  );

  test(
    'that nobody can be asked about the etcd of the machine whose name it has',
    on('master', false, async (machine) => {
      clusterIsThere(machine);
      put(machine, 'world/no-exec', '');
      put(machine, 'world/nodes/m1', 'node-role.kubernetes.io/control-plane\n');
      const reason = (): string => machine.read('var/lib/bake/firstboot/reason');
      await machine.bootUntil(() => reason().includes('etcd'));
      assert.match(reason(), /a machine of this name was in the cluster/);
      assert.match(machine.ownership('var/lib/bake/firstboot/reason'), /^644 /, 'everybody may know why');
      assert.doesNotMatch(machine.read('world/log'), /^kubeadm join |delete node/m);
      rmSync(join(machine.root, 'world/nodes/m1'));
      const { code, said } = await machine.boot();
      assert.equal(code, 0, said);
    }),
  );

  test(
    'its own turn from before, and takes it once more',
    on('master', false, async (machine) => {
      clusterIsThere(machine);
      put(machine, 'world/configmaps/bake-turn', 'm1 1 1\n');
      const { code, said } = await machine.boot();
      assert.equal(code, 0, said);
      assert.match(machine.read('world/log'), /^kubectl .* replace -f -$/m);
    }),
  );

  test(
    'no answer about its turn, and ends it nevertheless',
    on('master', false, async (machine) => {
      clusterIsThere(machine);
      put(machine, 'world/breaks-off', '');
      const { code, said } = await machine.boot();
      assert.equal(code, 0, said);
      assert.match(said, /join: attempt 1 of/);
      assert.equal(machine.read('world/configmaps/bake-turn'), '');
    }),
  );

  test(
    'its node there already, which kubeadm had no time to note the socket of',
    on('worker', false, async (machine) => {
      clusterIsThere(machine);
      await machine.bootUntil(() => machine.read('var/lib/bake/firstboot/state') === 'join');
      put(machine, 'world/nodes/m1', '\n');
      for (const path of ['etc/kubernetes/kubelet.conf', 'var/lib/kubelet/config.yaml'])
        put(machine, path, 'there\n');
      const { code, said } = await machine.boot();
      assert.equal(code, 0, said);
      assert.equal(
        machine.read('world/annotation'),
        'kubeadm.alpha.kubernetes.io/cri-socket=unix:///run/cri.sock\n',
      );
    }),
  );

  test(
    'that /etc/hosts was written anew before scrub had begun',
    on('worker', false, async (machine) => {
      await machine.bootUntil(() => machine.read('var/lib/bake/firstboot/state') === 'join');
      put(machine, 'var/lib/bake/firstboot/state', 'scrub');
      put(machine, 'etc/hosts', '127.0.0.1 localhost\n');
      const { code, said } = await machine.boot();
      assert.equal(code, 0, said);
      assert.match(machine.read('etc/hosts'), /kubeapi\.example\.com/);
    }),
  );

  test(
    'its own beginning, and goes on with it though the cluster does not answer',
    on('master', true, async (machine) => {
      isInitialising(machine);
      put(machine, 'var/lib/etcd/member/id', '7\n');
      put(machine, 'etc/kubernetes/manifests/etcd.yaml', 'pod\n');
      const { code, said } = await machine.boot();
      assert.equal(code, 0, said);
      assert.equal(machine.read('world/cluster'), '7\n');
      assert.doesNotMatch(said, /^bake: decide$/m);
    }),
  );

  test(
    'a certificate without its key, and the other way round',
    on('master', true, async (machine) => {
      isInitialising(machine);
      put(machine, 'etc/kubernetes/pki/apiserver.key', '');
      put(machine, 'etc/kubernetes/pki/apiserver.crt', 'certificate\n');
      put(machine, 'etc/kubernetes/pki/etcd/server.key', 'key\n');
      const { code, said } = await machine.boot();
      assert.equal(code, 0, said);
    }),
  );

  test(
    'that an interrupted join has taken its authorities away',
    on('master', false, async (machine) => {
      clusterIsThere(machine);
      put(machine, 'var/lib/bake/firstboot/state', 'join');
      put(machine, 'var/lib/bake/firstboot/disk', 'joining');
      rmSync(join(machine.root, 'etc/kubernetes'), { recursive: true });
      const { code, said } = await machine.boot();
      assert.equal(code, 0, said);
      assert.match(machine.read('etc/kubernetes/pki/ca.key'), /PRIVATE KEY/);
    }),
  );

  test(
    'a token that is over: a worker says so',
    on('worker', false, async (machine) => {
      clusterIsThere(machine);
      put(machine, 'world/spent', '');
      const reason = (): string => machine.read('var/lib/bake/firstboot/reason');
      await machine.bootUntil(() => reason().includes('token'));
      assert.match(reason(), /does not know the token.*bake secrets rotate token/);
      rmSync(join(machine.root, 'world/spent'));
      const { code, said } = await machine.boot();
      assert.equal(code, 0, said);
    }),
  );

  test(
    'a token that is over: a master makes it valid again, and nobody sees it',
    on('master', false, async (machine) => {
      clusterIsThere(machine);
      put(machine, 'world/spent', '');
      const { code, said } = await machine.boot();
      assert.equal(code, 0, said);
      assert.equal(machine.read('world/tokens').trim(), TOKEN.split('.')[1]);
      assert.ok(
        !machine.read('world/log').includes(TOKEN.split('.')[1] ?? ''),
        'it is no argument of a command',
      );
    }),
  );

  test(
    'entries of /etc/hosts gone, as cloud-init writes the file at each boot where it is told to',
    on('worker', false, async (machine) => {
      await machine.bootUntil(() => machine.read('var/lib/bake/firstboot/state') === 'join');
      put(machine, 'etc/hosts', '127.0.0.1 localhost\n');
      clusterIsThere(machine);
      const { code, said } = await machine.boot();
      assert.equal(code, 0, said);
      assert.match(machine.read('etc/hosts'), /kubeapi\.example\.com/);
    }),
  );

  test(
    'what it was told half overwritten, and reads none of it again',
    on('worker', false, async (machine) => {
      clusterIsThere(machine);
      await machine.bootUntil(() => machine.read('var/lib/bake/firstboot/state') === 'scrub');
      put(machine, 'etc/cloud/cloud-init.disabled', '');
      put(machine, 'run/bake/firstboot/hosts', '\0\0\0\0');
      const { code, said } = await machine.boot();
      assert.equal(code, 0, said);
      assert.match(machine.read('etc/hosts'), /kubeapi\.example\.com/);
    }),
  );

  test(
    'that user-data is not there',
    on('worker', false, async (machine) => {
      rmSync(join(machine.root, 'run/bake/firstboot/complete'));
      rmSync(join(machine.root, 'var/lib/cloud/instances'), { recursive: true });
      const { code } = await machine.boot();
      assert.equal(code, 1);
      const status = await machine.run(['/bake/bake-status']);
      assert.equal(status.code, 1, status.said);
      assert.match(status.said, /gave up {2}user-data brought nothing/);
    }),
  );

  test('that nobody else can answer, only where its own address is the endpoint and it is the only master', () => {
    const script =
      'input=- scratch=-; . "$1/userdata/firstboot/cluster.sh"; BAKE_ADDRESS=10.0.0.1 BAKE_ENDPOINT_HOST=$2 BAKE_MAY_INITIALISE=$3; BAKE_MASTERS=("${@:4}"); alone';
    const isAlone = (...args: string[]): boolean =>
      spawnSync('bash', ['-euc', script, 'alone', ROOT, ...args]).status === 0;
    assert.ok(isAlone('10.0.0.1', 'yes', 'm1 10.0.0.1'));
    assert.ok(!isAlone('10.0.0.1', 'no', 'm1 10.0.0.1'));
    assert.ok(!isAlone('kubeapi.example.com', 'yes', 'm1 10.0.0.1'), 'a balancer may know others');
    assert.ok(!isAlone('10.0.0.1', 'yes', 'm1 10.0.0.1', 'm2 10.0.0.2'));
  });

  test(
    'itself at work already',
    on('worker', false, async (machine) => {
      const both = await machine.run([
        '/usr/bin/bash',
        '-c',
        '/bake/firstboot & sleep 2; /bake/firstboot; echo "code $?"; kill %1',
      ]);
      assert.match(both.said, /first boot runs already[^]*code 1/);
    }),
  );
});
