import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { run, ToolFailure, type Run } from '../../src/adapters/process.ts';
import { formatsOf, makeNoisyDisk, makeTree } from './support.ts';

describe('formats made together', () => {
  let base: string;
  const sources = (name: string) => ({
    disk: join(base, 'disk.raw'),
    tree: join(base, 'tree'),
    workDir: join(base, name),
  });
  before(async () => {
    base = await mkdtemp(join(tmpdir(), 'bake-together-'));
    await makeNoisyDisk(join(base, 'disk.raw'));
    await makeTree(join(base, 'tree'));
  });
  after(() => rm(base, { recursive: true, force: true }));

  /** Counts the tools that run at once; none goes on before as many as `wanted` have come, or have had time enough to. */
  function counting(wanted = 1) {
    const seen = { most: 0, calls: [] as string[] };
    let now = 0;
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const counted: Run = async (command, args, options) => {
      seen.calls.push(`${command} ${args.join(' ')}`);
      now += 1;
      seen.most = Math.max(seen.most, now);
      if (now >= wanted) open();
      await Promise.race([gate, new Promise((resolve) => setTimeout(resolve, 20_000).unref())]);
      return run(command, args, options).finally(() => (now -= 1));
    };
    return { seen, counted };
  }

  test('at once, each told by its name', async () => {
    const { seen, counted } = counting(3);
    const steps: string[] = [];
    const of = { ...sources('once'), run: counted, onStep: (title: string) => steps.push(title) };
    await formatsOf(['qcow2', 'vhd', 'wsl'], of);
    assert.equal(seen.most, 3);
    assert.deepEqual(steps, ['write worker.qcow2', 'write worker.vhd', 'write worker.wsl']);
  });

  test('the sum of a file is a part of its step', async () => {
    const sums = new Map<string, unknown>();
    const onMade = (title: string, made: unknown): void =>
      void sums.set(title, (made as { sha256?: string }).sha256);
    const of = sources('sums');
    const names = await formatsOf(['raw', 'ova'], { ...of, onMade });
    for (const name of names) {
      const { stdout } = await run('sha256sum', [join(of.workDir, name)]);
      assert.equal(sums.get(`write ${name}`), stdout.slice(0, 64));
    }
    assert.equal(sums.size, 2);
  });

  test('what an ova is made from is made once, and given only where it was asked for', async () => {
    const { seen, counted } = counting();
    const made = (): number => seen.calls.filter((call) => call.includes('-O vmdk')).length;
    assert.deepEqual(await formatsOf(['ova'], { ...sources('ova'), run: counted }), ['worker.ova']);
    assert.equal(made(), 1);
    const both = await formatsOf(['ova', 'vmdk'], { ...sources('both'), run: counted });
    assert.deepEqual(both, ['worker.ova', 'worker.vmdk']);
    assert.equal(made(), 2);
  });

  test('the first failure stops the others, and is the one that is told', async () => {
    const stopped: string[] = [];
    const failing: Run = async (command, args, options) => {
      if (command === 'zstd') {
        // When the others are well under way.
        await new Promise((resolve) => setTimeout(resolve, 50));
        throw new ToolFailure('zstd', 'zstd has had enough', 1, '', false);
      }
      return run('sleep', ['60'], options).catch((error: unknown) => {
        stopped.push(`${command} ${args.includes('vmdk') ? 'vmdk' : 'vhd'}`);
        throw error;
      });
    };
    const began = performance.now();
    await assert.rejects(
      formatsOf(['vhd', 'raw.zst', 'ova'], { ...sources('failing'), run: failing }),
      /^ToolFailure: zstd has had enough$/,
    );
    assert.deepEqual(stopped.toSorted(), ['qemu-img vhd', 'qemu-img vmdk']);
    assert.ok(performance.now() - began < 20_000);
  });

  test('a failure of what an ova is made from is told of both', async () => {
    const failing: Run = (command, args, options) =>
      args.includes('vmdk')
        ? Promise.reject(new ToolFailure('qemu-img', 'no vmdk today', 1, '', false))
        : run(command, args, options);
    await assert.rejects(formatsOf(['ova'], { ...sources('no-vmdk'), run: failing }), /no vmdk today/);
  });

  test('an interruption ends every tool', async () => {
    const stop = new AbortController();
    const running: Promise<unknown>[] = [];
    const slow: Run = (_command, _args, options) => {
      const tool = run('sleep', ['60'], options);
      running.push(tool);
      if (running.length === 3) stop.abort();
      return tool;
    };
    const making = formatsOf(['qcow2', 'lxd', 'ova'], {
      ...sources('stopped'),
      run: slow,
      signal: stop.signal,
    });
    await assert.rejects(making, (error: unknown) => error instanceof ToolFailure && error.aborted);
    const ends = await Promise.allSettled(running);
    assert.deepEqual(
      ends.map(({ status }) => status),
      ['rejected', 'rejected', 'rejected'],
    );
    assert.ok(!(await readdir(join(base, 'stopped'))).some((name) => name.endsWith('.ova')));
  });
});
