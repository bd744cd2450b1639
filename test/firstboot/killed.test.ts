import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { randomRow } from '../election/simulation.ts';
import { LOGIN, Machine, OWN_POD, PASSWORD, TOKEN, type Role } from './machine.ts';

/** How often each kind of machine is killed (a release wants BAKE_TEST_KILLS=100), and at most how often in one life. */
const KILLS = Number(process.env['BAKE_TEST_KILLS'] ?? 20);
const KILLS_A_LIFE = 5;
const RESETS_KILLED = 2;
const seed = Number(process.env['BAKE_TEST_SEED'] ?? Date.now() % 1_000_000_000);

const KINDS: readonly { readonly name: string; readonly role: Role; readonly initialises: boolean }[] = [
  { name: 'the first master', role: 'master', initialises: true },
  { name: 'another master', role: 'master', initialises: false },
  { name: 'a worker', role: 'worker', initialises: false },
  { name: 'a balancer', role: 'haproxy', initialises: false },
];

function trouble(random: () => number): { readonly torn?: number; readonly writesAgain: boolean } {
  return { ...(random() < 0.5 ? { torn: random() } : {}), writesAgain: random() < 0.5 };
}

/** What an undisturbed machine goes through. */
const STATES: Readonly<Record<string, readonly string[]>> = {
  'the first master': ['prepare', 'decide', 'init', 'addons', 'scrub', 'ready'],
  'another master': ['prepare', 'decide', 'join', 'scrub', 'ready'],
  'a worker': ['prepare', 'join', 'scrub', 'ready'],
  'a balancer': ['prepare', 'balance', 'scrub', 'ready'],
};

function newMachine(role: Role, initialises: boolean): Machine {
  const machine = new Machine(mkdtempSync(join(tmpdir(), 'b-')), role, initialises);
  // Who does not begin the cluster finds one.
  if (!initialises) {
    writeFileSync(join(machine.root, 'world/cluster'), '1\n');
    writeFileSync(join(machine.root, 'world/lineages'), '1\n');
  }
  return machine;
}

function assertReady(machine: Machine, said: string): void {
  assert.equal(machine.status().state, 'ready');
  assert.equal(machine.read('var/lib/bake/firstboot/state'), 'ready', said);
  assert.deepEqual(machine.holding(TOKEN), [], 'files that still hold the token');
  const entries = machine.read('etc/hosts').match(/kubeapi\.example\.com/g);
  assert.equal(entries?.length, 1, 'the entry in /etc/hosts is there once');
  assert.match(machine.read('etc/chrony/conf.d/50-bake-cluster.conf'), /^server fd00::123 iburst prefer$/m);
  assert.match(machine.read('etc/systemd/resolved.conf.d/50-bake.conf'), /^DNS=10\.0\.0\.53 fd00::53$/m);
  assert.match(machine.read('world/log'), /systemctl try-restart chrony\.service/);
  if (machine.role === 'haproxy') {
    assert.match(machine.read('etc/haproxy/haproxy.cfg'), /server m0 /);
    assert.equal(machine.ownership('etc/haproxy/haproxy.cfg'), '640 0 999');
    assert.equal(machine.ownership('usr/lib/bake/check-balancer'), '755 0 0');
    assert.match(machine.read('etc/keepalived/keepalived.conf'), /virtual_ipaddress/);
    const enabled = /systemctl enable\b.* haproxy\.service keepalived\.service/;
    assert.match(machine.read('world/log'), enabled, 'they come up at the next boot too');
    return;
  }
  assert.equal(machine.read(OWN_POD), 'kind: Pod\n', 'what the image runs is still there');
  assert.ok(!existsSync(join(machine.root, LOGIN)), 'the registry’s password has gone where it belongs');
  assert.ok(
    machine.read('etc/containerd/conf.d/bake-registries.toml').includes(`password = "${PASSWORD}"`) ||
      machine.read('var/lib/kubelet/config.json').includes(btoa(`robot:${PASSWORD}`)),
    'what pulls images has it',
  );
  assert.match(
    machine.read('etc/systemd/system/containerd.service.d/http-proxy.conf'),
    /^EnvironmentFile=-\/etc\/bake\/proxy\.env$/m,
  );
  assert.match(machine.read('etc/bake/proxy.env'), /^no_proxy=localhost,.*kubeapi\.example\.com/m);
  assert.match(machine.read('etc/apt/apt.conf.d/80bake-proxy'), /^Acquire::http::Proxy "http:/m);
  assert.match(machine.read('world/log'), /systemctl daemon-reload\nsystemctl cat/, 'its drop-in is read');
  assert.match(machine.read('world/log'), /systemctl try-restart containerd\.service/);
  assert.equal(machine.read('world/lineages').trim().split('\n').length, 1, 'one cluster');
  assert.notEqual(machine.read('world/nodes/m1'), '');
  assert.equal(machine.read('etc/kubernetes/bootstrap-kubelet.conf'), '');
  assert.equal(machine.read('world/configmaps/bake-turn'), '', 'nobody’s turn is left standing');
  assert.ok(!said.includes(TOKEN), 'the journal has no token');
  if (machine.role !== 'master') return;
  const vip = machine.read('etc/kubernetes/manifests/kube-vip.yaml');
  assert.match(vip, /path: \/etc\/kubernetes\/admin\.conf/);
  assert.match(machine.read('etc/bake/labels'), /^m0\n(.*\n)*\* node-role\.kubernetes\.io\/worker=\n/m);
  assert.match(machine.read('etc/bake/tools'), /^helm https:\/\/\S+ [0-9a-f]{64}\n$/);
  assert.match(machine.read('world/log'), /systemctl enable --quiet --now --no-reload bake-upkeep\.timer/);
  assert.notEqual(machine.read('root/.kube/config'), '');
}

describe('first boot', () => {
  for (const { name, role, initialises } of KINDS) {
    test(`${name}: ready, and a reboot starts nothing again`, async () => {
      const machine = newMachine(role, initialises);
      try {
        const { code, said } = await machine.boot();
        assert.equal(code, 0, said);
        assertReady(machine, said);
        const { timeline } = machine.status();
        assert.deepEqual(
          timeline.map(({ state }) => state),
          STATES[name],
        );
        assert.ok(timeline.every(({ at }, i) => at >= (timeline[i - 1]?.at ?? Date.now() - 600_000)));
        const before = machine.read('world/log');
        machine.powerCut();
        assert.equal((await machine.boot()).code, 0);
        assert.equal(machine.read('world/log'), before, 'nothing was called again');
      } finally {
        machine.close();
        rmSync(machine.root, { recursive: true, force: true });
      }
    });

    test(`${name}: killed ${KILLS} times, ready in the end`, async (t) => {
      const random = randomRow(seed);
      const whole = await lengthOfBoot(role, initialises);
      const states = new Map<string, number>();
      let kills = 0;
      while (kills < KILLS) {
        const machine = newMachine(role, initialises);
        try {
          for (let life = 0; life < KILLS_A_LIFE && kills < KILLS; life += 1) {
            const { code } = await machine.boot(random() * whole);
            if (code === 0) break;
            kills += 1;
            const state = machine.read('var/lib/bake/firstboot/state') || 'before';
            states.set(state, (states.get(state) ?? 0) + 1);
            // Every second time it is the power that goes, and memory with it.
            if (random() < 0.5) machine.powerCut(trouble(random));
          }
          const { code, said } = await machine.boot();
          assert.equal(code, 0, `seed ${seed}: ${said}`);
          assertReady(machine, said);
        } finally {
          machine.close();
          rmSync(machine.root, { recursive: true, force: true });
        }
      }
      t.diagnostic(
        `seed ${seed} (BAKE_TEST_SEED); killed in ${[...states].map(([state, n]) => `${state} ${n}`).join(', ')}`,
      );
    });

    test(`${name}: bake-reset, killed too, makes it as it was, and it can become a part of a cluster again`, async () => {
      const random = randomRow(seed);
      const machine = newMachine(role, initialises);
      try {
        await machine.boot();
        // There is another master to leave the cluster to.
        mkdirSync(join(machine.root, 'world/nodes'), { recursive: true });
        writeFileSync(join(machine.root, 'world/nodes/m0'), 'node-role.kubernetes.io/control-plane');
        const asked = await machine.run(['/bake/bake-reset']);
        assert.equal(asked.code, 2, asked.said);
        assert.equal(machine.status().state, 'ready', 'nothing happens without --yes');
        for (let i = 0; i < RESETS_KILLED; i += 1)
          await machine.run(['/bake/bake-reset', '--yes'], 300 + random() * 1500);
        const { code, said } = await machine.run(['/bake/bake-reset', '--yes']);
        assert.equal(code, 0, said);
        assertAsBefore(machine);
        if (role === 'master') assert.equal(machine.read('world/nodes/m1'), '', 'its node is gone');
        machine.powerCut();
        const again = await machine.boot();
        assert.equal(again.code, 0, again.said);
        assertReady(machine, again.said);
      } finally {
        machine.close();
        rmSync(machine.root, { recursive: true, force: true });
      }
    });
  }

  test('the last master: bake-reset says so, and wants to be told', async () => {
    const machine = newMachine('master', true);
    try {
      await machine.boot();
      const { code, said } = await machine.run(['/bake/bake-reset', '--yes']);
      assert.equal(code, 1);
      assert.match(said, /this is the last master.*--last/);
      assert.equal(machine.status().state, 'ready');
      const last = await machine.run(['/bake/bake-reset', '--yes', '--last']);
      assert.equal(last.code, 0, last.said);
      assertAsBefore(machine);
    } finally {
      machine.close();
      rmSync(machine.root, { recursive: true, force: true });
    }
  });
});

function assertAsBefore(machine: Machine): void {
  for (const gone of [
    'var/lib/bake/firstboot',
    'var/lib/etcd/member',
    'var/lib/cloud/instances/i-1',
    'etc/cloud/cloud-init.disabled',
    'etc/haproxy/haproxy.cfg',
    'etc/keepalived/interface.conf',
    'etc/chrony/conf.d/50-bake-cluster.conf',
    'root/.kube/config',
    'run/bake/firstboot',
  ])
    assert.ok(!existsSync(join(machine.root, gone)), `${gone} is still there`);
  assert.equal(machine.read('etc/hosts'), '127.0.0.1 localhost\n');
  assert.equal(machine.read(OWN_POD), 'kind: Pod\n', 'what the image runs is still there');
  assert.deepEqual(machine.holding('KEY-----'), [], 'keys');
}

/** Milliseconds that an undisturbed first boot takes here. */
async function lengthOfBoot(role: Role, initialises: boolean): Promise<number> {
  const machine = newMachine(role, initialises);
  const began = performance.now();
  await machine.boot();
  machine.close();
  rmSync(machine.root, { recursive: true, force: true });
  return performance.now() - began;
}
