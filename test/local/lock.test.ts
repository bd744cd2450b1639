import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ToolFailure } from '../../src/adapters/process.ts';
import { tryLock, waitForLock } from '../../src/build/local/lock.ts';
import { openNamespace } from '../../src/build/local/namespace.ts';
import { host, runExcept } from './support.ts';

describe('locks', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bake-test-'));
  });
  after(() => rm(folder, { recursive: true }));

  test('shared ones go together, an exclusive one stands alone', async () => {
    const path = join(folder, 'a');
    const [one, two] = [await tryLock(host, path, 'shared'), await tryLock(host, path, 'shared')];
    assert.ok(one && two);
    assert.equal(await tryLock(host, path, 'exclusive'), undefined);
    await one.release();
    assert.equal(await tryLock(host, path, 'exclusive'), undefined);
    await two.release();
    const three = await tryLock(host, path, 'exclusive');
    assert.ok(three);
    assert.equal(await tryLock(host, path, 'shared'), undefined);
    await three.release();
  });

  test('a folder can be locked', async () => {
    const lock = await tryLock(host, folder, 'exclusive');
    assert.ok(lock);
    assert.equal(await tryLock(host, folder, 'exclusive'), undefined);
    await lock.release();
  });

  test('waiting ends when the other lets go, or when it is called off', async () => {
    const path = join(folder, 'b');
    const first = await tryLock(host, path, 'exclusive');
    assert.ok(first);
    let held = false;
    const second = waitForLock(host, path, 'exclusive').then((lock) => {
      held = true;
      return lock;
    });
    await assert.rejects(waitForLock(host, path, 'exclusive', AbortSignal.timeout(50)), ToolFailure);
    assert.equal(held, false);
    await first.release();
    await (await second).release();
    assert.equal(held, true);
  });

  test('a lock that is held stays held when what it was waited for with is called off', async () => {
    const path = join(folder, 'c');
    const stop = new AbortController();
    const lock = await waitForLock(host, path, 'exclusive', stop.signal);
    stop.abort();
    await sleep(50);
    assert.equal(await tryLock(host, path, 'exclusive'), undefined);
    await lock.release();
  });

  test('a path that can not be locked is a failed tool, not a lock', async () => {
    await assert.rejects(tryLock(host, join(folder, 'missing', 'x'), 'shared'), /flock|setpriv|exit code/);
  });

  test('whoever is not our child any more holds nothing', async () => {
    const orphan = { ...host, pid: 1 };
    await assert.rejects(tryLock(orphan, join(folder, 'd'), 'exclusive'), ToolFailure);
    await assert.rejects(openNamespace(orphan, new AbortController().signal), ToolFailure);
  });
});

test('a machine that allows no namespaces is told as a failed tool', async () => {
  const run = runExcept((_command, args) =>
    args.includes('hold')
      ? Promise.reject(new ToolFailure('setpriv', 'not permitted', 1, 'unshare failed', false))
      : undefined,
  );
  await assert.rejects(openNamespace({ ...host, run }, new AbortController().signal), /not permitted/);
});

describe('a namespace', () => {
  test('runs tools with a clean environment and names them when they fail', async () => {
    const ns = await openNamespace(host, new AbortController().signal);
    try {
      assert.equal((await ns.run('pwd', [])).stdout, '/');
      assert.equal((await ns.run('pwd', [], { cwd: '/tmp' })).stdout, '/tmp');
      assert.equal(
        (await ns.run('sh', ['-c', 'echo $HOME $A'], { env: { A: 'a b=c' } })).stdout,
        '/root a b=c',
      );
      assert.equal((await ns.run('cat', [], { input: 'given' })).stdout, 'given');
      await assert.rejects(ns.run('sh', ['-c', 'echo why >&2; exit 5']), {
        name: 'ToolFailure',
        message: 'sh exited with code 5',
        exitCode: 5,
        output: 'why',
      });
      await assert.rejects(ns.run('no-such-tool', []), { message: 'no-such-tool is not installed' });
    } finally {
      await ns.close();
    }
    await assert.rejects(ns.run('true', []), ToolFailure);
  });

  test('ends at once when it is called off, with everything in it', { timeout: 10_000 }, async () => {
    const stop = new AbortController();
    const ns = await openNamespace(host, stop.signal);
    const running = ns.run('sh', ['-c', 'trap "" TERM; (sleep 60; true) & sleep 60; true']);
    setTimeout(() => stop.abort(), 100);
    await assert.rejects(running, ToolFailure);
    await ns.close();
  });
});
