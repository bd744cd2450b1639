import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { run } from '../../src/adapters/process.ts';
import { leftovers } from '../support/leftovers.ts';
import { ROOT } from '../support/programs.ts';
import { inTempFolder } from '../support/temp-folder.ts';
import type { Answer, Seen } from './scenario.ts';

function refused({ code, said }: Answer, why: RegExp): void {
  assert.equal(code, 1, said);
  assert.match(said, why);
}

/** A version for each way in which administrators, members of etcd and kubeadm's files are made. */
describe('stand-ins', { concurrency: 2 }, () => {
  for (const version of ['1.35.8', '1.20.15'])
    test(`of ${version}: three masters and a worker become a cluster, and refuse what the real ones refuse`, async (t) => {
      await inTempFolder(async (folder) => {
        const args = [
          '--net',
          '--mount',
          '--pid',
          '--fork',
          '--mount-proc',
          '--kill-child',
          process.execPath,
        ];
        const { stdout } = await run(
          'unshare',
          [...args, '--import', 'tsx', join(ROOT, 'test/stand-in/scenario.ts'), folder, version],
          { cwd: ROOT, timeoutMs: 240_000 },
        );
        const seen = JSON.parse(stdout) as Seen;
        t.diagnostic(`seconds: ${JSON.stringify(seen.took)}`);

        assert.match(seen.notForwarding.said, /this is a STAND-IN made by bake/);
        refused(seen.notForwarding, /\[ERROR FileContent--proc-sys-net-ipv4-ip_forward\]/);
        for (const name of [
          'Port-6443',
          'FileAvailable--etc-kubernetes-manifests-etcd.yaml',
          'DirAvailable--var-lib-etcd',
        ])
          refused(seen.initAgain, new RegExp(`\\[ERROR ${name}\\]`));
        refused(seen.wrongHash, /none of the public keys .* are pinned/);
        refused(seen.wrongToken, /failed to verify JWS signature/);
        refused(seen.expiredToken, /there is no JWS signed token/);
        refused(seen.withoutHash, /caCertHashes: Invalid value/);
        refused(seen.withoutKeys, /failure loading key for CA/);
        refused(
          seen.whileAnotherStarts,
          /etcdserver: (too many learner members|unhealthy cluster|re-configuration failed due to not enough started members)/,
        );
        refused(seen.joinAgain, /a Node with name "w1" and status "Ready" already exists/);

        assert.equal(seen.nodes.match(/^\w+ +Ready +/gm)?.length, 4, seen.nodes);
        assert.equal(
          seen.nodes.match(/^m[123] +Ready +(control-plane|control-plane,master) /gm)?.length,
          3,
          seen.nodes,
        );
        assert.equal(seen.members.match(/, started, m[123], .*, false$/gm)?.length, 3, seen.members);
        assert.deepEqual(seen.anonymous, { readyz: '200', nodes: '403', clusterInfo: '200', secrets: '403' });

        assert.equal(seen.turn.first.code, 0, seen.turn.first.said);
        assert.equal(seen.turn.first.out, 'm2');
        assert.equal(seen.turn.second.out.trim(), 'another master is joining (m2)');
        assert.equal(seen.turn.second.code, 75, 'it is tried again later');
        assert.equal(seen.turn.afterwards.code, 0, seen.turn.afterwards.said);
        refused(seen.staleReplace, /Conflict.*the object has been modified/);

        assert.ok(seen.failover < 30, `${seen.failover} s`);
        refused(
          seen.rebuiltRefused,
          /etcd cluster is not healthy: failed to dial endpoint https:\/\/10\.0\.0\.21:2379/,
        );
        assert.equal(seen.rebuilt.match(/, started, m[123], /g)?.length, 3, seen.rebuilt);
        assert.doesNotMatch(seen.afterReset, /m1/);
        assert.match(seen.withoutQuorum.out, /500$/);
        assert.deepEqual(await leftovers(folder), []);
      });
    });
});
