import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Stop } from '../../src/cli/io.ts';
import {
  demandImages,
  demandInotify,
  demandRoom,
  endpointHere,
  withManifests,
} from '../../src/cli/rehearsable.ts';
import type { Addon, Cluster } from '../../src/cluster/cluster.ts';
import { castOf } from '../../src/rehearse/cast.ts';
import { readClusterText } from '../support/cluster-case.ts';
import { compileText } from '../support/compile-text.ts';
import { inTempFolder } from '../support/temp-folder.ts';

function cluster(text: string): Cluster {
  const { value, diagnostics } = readClusterText(
    `apiVersion: bake/v1\nkind: Cluster\nname: test\naddons: []\n${text}`,
  );
  assert.ok(value, diagnostics.map(({ message }) => message).join('; '));
  return value.cluster;
}

const MASTERS = `nodes:
  - { name: m1, role: master, address: 10.0.0.11 }
  - { name: m2, role: master, address: 10.0.0.12 }
  - { name: m3, role: master, address: 10.0.0.13 }
`;
const BALANCER = '  - { name: l1, role: haproxy, address: 10.0.0.21 }\n';
/** An address of 10.0.0.0/24 that is neither the network’s nor everybody’s, nor taken by another. */
const isFree = (address: string): boolean => {
  const last = Number(/^10\.0\.0\.(\d+)$/.exec(address)?.[1]);
  return last > 1 && last < 255;
};
const stops = (what: RegExp) => (error: unknown) => error instanceof Stop && what.test(error.message);

describe('machines of a rehearsal reach nobody but each other, so', () => {
  test('the endpoint is one of theirs', () => {
    const virtual = 'endpoint: kubeapi.example.com:6443\nvirtualIp: 10.0.0.10/24\n';
    assert.equal(endpointHere(cluster(virtual + MASTERS + BALANCER)), '10.0.0.10');
    const one = 'nodes:\n  - { name: m1, role: master, address: 10.0.0.11 }\n';
    assert.equal(endpointHere(cluster(one)), '10.0.0.11');
    assert.equal(endpointHere(cluster(`endpoint: kubeapi.example.com:6443\n${one}`)), '10.0.0.11');
    const named = 'endpoint: kubeapi.example.com:6443\nhosts: [10.0.0.21 kubeapi.example.com]\n';
    assert.equal(endpointHere(cluster(named + MASTERS + BALANCER)), '10.0.0.21');
  });

  test('one behind somebody else’s load balancer is refused, with a way out', () => {
    for (const text of [
      `endpoint: k8s.elb.example.com:443\n${MASTERS}`,
      `endpoint: 10.0.0.99:6443\n${MASTERS}`,
      `endpoint: k8s.elb.example.com:443\nhosts: [10.0.0.99 k8s.elb.example.com]\n${MASTERS}`,
    ])
      assert.throws(
        () => endpointHere(cluster(text)),
        stops(/serves .*; rehearse a copy .* virtualIp/),
        text,
      );
  });

  test('each has an address and a MAC address of its own, wherever one is free', () => {
    const full = cluster(
      'endpoint: 10.0.0.11:6443\ncounts: { worker: 245 }\nhosts: [10.0.0.1 gateway]\nnodes:\n  - { name: m1, role: master, address: 10.0.0.11 }\n  - { name: w1, role: worker, mac: "52:54:00:be:00:02" }\n',
    );
    demandRoom(full);
    const parts = castOf(full);
    assert.equal(new Set(parts.map(({ address }) => address)).size, 247);
    assert.deepEqual(
      parts.filter(({ address }) => !isFree(address)),
      [],
    );
    assert.equal(parts[1]?.address, '10.0.0.128');
    const many = castOf(
      cluster(
        'networks: { pods: 10.240.0.0/13 }\ncounts: { worker: 400 }\nvirtualIp: 10.0.0.10/16\n' + MASTERS,
      ),
    );
    assert.equal(new Set(many.map(({ mac }) => mac)).size, 403);
    for (const { mac } of [...parts, ...many]) assert.match(mac, /^52:54:00:be(:[0-9a-f]{2}){2}$/);
    assert.equal(new Set(parts.map(({ mac }) => mac)).size, 247);
    assert.equal(many.at(-1)?.prefix, 16);
    // A virtual address whose network nobody named is in the usual one.
    assert.equal(
      castOf(cluster('counts: { worker: 1 }\nvirtualIp: 10.0.0.10\n' + MASTERS)).at(-1)?.prefix,
      24,
    );
  });

  test('more than there are addresses for are refused, with a way out', () => {
    const text = (worker: number) =>
      `virtualIp: 10.0.0.10/24\ncounts: { worker: ${worker} }\n${MASTERS}${BALANCER}`;
    demandRoom(cluster(text(248)));
    assert.equal(castOf(cluster(text(248))).length, 252);
    assert.throws(
      () => demandRoom(cluster(text(249))),
      stops(/^249 machines .* 248 are free in 10\.0\.0\.0\/24: .*counts/),
    );
  });

  test('manifests of add-ons are fetched for them, whole and checked', async () => {
    const manifest = 'kind: DaemonSet\n';
    const server = createServer((_, answer) => void answer.end(manifest)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/network.yaml`;
    const sha256 = createHash('sha256').update(manifest).digest('hex');
    const addon = (from: Addon['from'], kind: Addon['kind'] = 'manifest'): Addon => ({
      name: 'network',
      kind,
      from,
      replace: [{ find: 'a', with: 'b' }],
    });
    const base = cluster(
      MASTERS.replace('nodes', 'endpoint: kubeapi.example.com:6443\nvirtualIp: 10.0.0.10/24\nnodes') +
        BALANCER,
    );
    const { signal } = new AbortController();
    try {
      await inTempFolder(async (folder) => {
        const tool = addon({ url, sha256 }, 'tool');
        const file = addon({ text: 'kind: Own\n', file: 'own.yaml' });
        const { addons } = await withManifests(
          { ...base, addons: [addon({ url, sha256 }), tool, file] },
          folder,
          signal,
        );
        assert.deepEqual(addons, [addon({ text: manifest, file: url }), tool, file]);
        const wrong = { ...base, addons: [addon({ url, sha256: sha256.replace(/^./, 'x') })] };
        await assert.rejects(
          withManifests(wrong, folder, signal),
          stops(/add-on network: .*sha256.*file: in place/),
        );
        assert.deepEqual(readdirSync(folder), []);
      });
    } finally {
      server.close();
    }
  });

  test('an image without container images is refused before it is baked, but for stand-ins and balancers', () => {
    const compiled = (text: string, standIn = false) => {
      const { value, diagnostics } = compileText(text, {}, standIn);
      assert.ok(value, diagnostics.map(({ message }) => message).join('; '));
      return value;
    };
    assert.throws(() => demandImages(compiled('extends: worker\n')), stops(/preload: true/));
    demandImages(compiled('extends: worker\nkubernetes: { preload: true }\n'));
    demandImages(compiled('extends: worker\n', true));
    demandImages(compiled('extends: haproxy\n'));
  });
});

describe('containers share the computer’s kernel, so', () => {
  /** What the kernel tells of two processes of ours with that many inotify instances together, of 128. */
  const withInstances = (taken: number, use: (proc: string) => Promise<void>): Promise<void> =>
    inTempFolder(async (proc) => {
      mkdirSync(join(proc, 'sys/fs/inotify'), { recursive: true });
      writeFileSync(join(proc, 'sys/fs/inotify/max_user_instances'), '128\n');
      for (const pid of ['1', '77']) mkdirSync(join(proc, pid, 'fd'), { recursive: true });
      symlinkSync('anon_inode:[eventpoll]', join(proc, '1/fd/4'));
      for (let n = 0; n < taken; n++)
        symlinkSync('anon_inode:inotify', join(proc, n < 5 ? '1' : '77', 'fd', String(10 + n)));
      await use(proc);
    });

  test('fewer inotify instances than their systemds want are told of, with the command that mends it', async () => {
    await withInstances(8, (proc) => demandInotify(12, proc));
    await withInstances(9, (proc) =>
      assert.rejects(
        demandInotify(12, proc),
        stops(
          /^12 machines .* 120 .* of the 128 .* 119 are free: sudo sysctl fs\.inotify\.max_user_instances=8192$/,
        ),
      ),
    );
  });

  test('an instance of a real process counts', () =>
    withInstances(0, async (proc) => {
      const file = join(proc, 'watched');
      writeFileSync(file, '');
      const watcher = spawn('tail', ['-F', file], { stdio: 'ignore' });
      try {
        symlinkSync(`/proc/${watcher.pid}`, join(proc, '5'));
        writeFileSync(join(proc, 'sys/fs/inotify/max_user_instances'), '10\n');
        const isEnough = (): Promise<boolean> =>
          demandInotify(1, proc).then(
            () => true,
            (error: unknown) => !stops(/of the 10 .* 9 are free/)(error),
          );
        for (let n = 0; n < 100 && (await isEnough()); n++)
          await new Promise((resolve) => setTimeout(resolve, 100));
        assert.equal(await isEnough(), false);
      } finally {
        watcher.kill();
      }
    }));
});
