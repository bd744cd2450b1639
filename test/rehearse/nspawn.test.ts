import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { run, ToolFailure } from '../../src/adapters/process.ts';
import type { Host } from '../../src/build/local/host.ts';
import type { Engine } from '../../src/rehearse/engine.ts';
import type { Machine } from '../../src/rehearse/machine.ts';
import { openNspawn } from '../../src/rehearse/nspawn/engine.ts';
import { stockTree } from '../support/stock.ts';
import { Remains } from '../support/remains.ts';

/**
 * Two machines of a plain Debian 13 with cloud-init, as containers. Needs root, systemd-container and the distribution's
 * archive. BAKE_TEST_TREE names a root tree that is there already; it is not written to.
 */
const folder = mkdtempSync(join(process.env['BAKE_TEST_FOLDER'] ?? '/var/tmp', 'bake-test-rehearse-'));
const cacheDir = join(folder, 'cache');
const host: Host = { run, pid: process.pid, env: {}, now: Date.now };
const consoles = new Map<string, string[]>();

function machine(name: string, role: Machine['role'], number: number): Machine {
  const address = `10.77.0.${number}`;
  const mac = `52:54:00:77:00:${number}`;
  return {
    name,
    role,
    address,
    prefix: 24,
    mac,
    image: { trees: { root: cacheDir, below: ['layers/stock/tree'], stacking: 'overlay' } },
    seed: {
      'meta-data': `instance-id: ${name}\nlocal-hostname: ${name}\n`,
      'user-data': `#cloud-config\nwrite_files:\n  - {path: /etc/seeded, content: "seed of ${name}"}\n`,
      'network-config': JSON.stringify({
        version: 2,
        ethernets: { nic0: { match: { macaddress: mac }, 'set-name': 'ens3', addresses: [`${address}/24`] } },
      }),
    },
  };
}
const one = machine('one', 'worker', 11);
const two = machine('two', 'haproxy', 12);

async function open(signal = new AbortController().signal): Promise<Engine> {
  const engine = await openNspawn({ host, cacheDir, signal });
  engine.listen((name, line) => consoles.set(name, [...(consoles.get(name) ?? []), line]));
  return engine;
}

const remains = new Remains(cacheDir);

async function untilUp(engine: Engine, ...machines: readonly Machine[]): Promise<void> {
  const deadline = Date.now() + 300_000;
  for (const which of machines) {
    for (;;) {
      // Exit code 2: cloud-init has something to say, but it is done.
      const said = await engine.run(which, ['cloud-init', 'status'], { okCodes: [0, 1, 2] }).then(
        ({ stdout }) => stdout,
        () => '',
      );
      if (/status: (done|disabled)/.test(said)) break;
      assert.ok(
        Date.now() < deadline,
        `${which.name} did not come up:\n${consoles.get(which.name)?.slice(-30).join('\n')}`,
      );
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

/** Nobody answered, not even to say that nobody is there. */
const isUnheard = (error: unknown): boolean =>
  error instanceof ToolFailure &&
  error.output.includes('100% packet loss') &&
  !error.output.includes('errors');

const said = async (engine: Engine, which: Machine, ...argv: readonly string[]): Promise<string> =>
  (await engine.run(which, argv)).stdout.trim();

describe('machines as containers', () => {
  before(async () => {
    const layer = join(cacheDir, 'layers/stock');
    mkdirSync(join(cacheDir, 'work'), { recursive: true });
    mkdirSync(layer, { recursive: true });
    const given = process.env['BAKE_TEST_TREE'];
    if (given === undefined) await stockTree('debian-13', join(layer, 'tree'));
    else await run('cp', ['-a', '--reflink=auto', given, join(layer, 'tree')]);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('come up by their seed, hear each other, keep their disk through a power cut, and leave nothing', async () => {
    const engine = await open();
    try {
      await engine.prepare([one, two], ['10.77.0.10']);
      assert.equal(engine.isRunning(one), false);
      await Promise.all([engine.start(one), engine.start(two)]);
      await untilUp(engine, one, two);
      assert.equal(await said(engine, one, 'cat', '/etc/seeded'), 'seed of one');
      assert.equal(await said(engine, two, 'hostname'), 'two');
      assert.deepEqual(await engine.readFiles(two, ['/etc/seeded', '/etc/nothing']), [
        'seed of two',
        undefined,
      ]);
      assert.match(await said(engine, one, 'ip', '-brief', 'address', 'show', 'ens3'), /10\.77\.0\.11\/24/);
      // A gateway that is dead, but there.
      assert.match(await said(engine, one, 'ip', 'route'), /^default via 10\.77\.0\.254/m);
      await engine.run(one, ['ping', '-c1', '-w20', two.address]);
      await engine.plug(two, false);
      await assert.rejects(engine.run(one, ['ping', '-c1', '-W2', two.address]));
      await engine.plug(two, true);
      await engine.run(one, ['ping', '-c1', '-w20', two.address]);
      assert.ok((consoles.get('one') ?? []).some((line) => line.includes('Reached target')));

      // What it sets of the kernel stays with it.
      const before = readFileSync('/proc/sys/vm/swappiness', 'utf8');
      await engine.run(one, ['sh', '-c', 'echo 7 >/proc/sys/vm/swappiness']);
      assert.equal(await said(engine, one, 'cat', '/proc/sys/vm/swappiness'), '7');
      assert.equal(readFileSync('/proc/sys/vm/swappiness', 'utf8'), before);

      await engine.run(one, ['sh', '-c', 'echo kept >/var/kept']);
      await engine.powerOff(one, { hard: true });
      assert.equal(engine.isRunning(one), false);
      await assert.rejects(engine.run(one, ['true']), /one is off/);
      await assert.rejects(engine.run(two, ['ping', '-c1', '-W2', one.address]), isUnheard);
      await engine.start(one);
      await untilUp(engine, one);
      assert.equal(await said(engine, one, 'cat', '/var/kept'), 'kept');

      await engine.powerOff(two, { hard: false });
      assert.equal(engine.isRunning(two), false);
      await assert.rejects(engine.run(one, ['ping', '-c1', '-W2', two.address]), isUnheard);
      assert.ok((consoles.get('two') ?? []).some((line) => /Power.?[Oo]ff|Shutdown|Unmount/.test(line)));
      await engine.powerOff(one, { hard: true });
      await engine.rebuild(one);
      assert.deepEqual(await engine.readFiles(one, ['/var/kept']), [undefined]);
      assert.match(await engine.shell(one).catch(String), /one is off/);
      assert.notDeepEqual(await remains.now(), [], 'there is something to leave');
    } finally {
      await engine.close();
    }
    assert.deepEqual(await remains.settled(), []);
  });

  it('say why they went off, where nobody has switched them off', async () => {
    const engine = await open();
    try {
      await engine.prepare([one], []);
      await engine.start(one);
      await untilUp(engine, one);
      assert.equal(engine.whyOff?.(one), undefined);
      await engine.run(one, ['systemctl', 'exit', '7']).catch(() => undefined);
      for (let n = 0; n < 600 && engine.isRunning(one); n++)
        await new Promise((resolve) => setTimeout(resolve, 100));
      assert.match(engine.whyOff?.(one) ?? '', /^its container ended with exit code 7 \| \S/);
      await engine.start(one);
      assert.equal(engine.whyOff?.(one), undefined);
      await engine.powerOff(one, { hard: true });
      assert.equal(engine.whyOff?.(one), undefined);
    } finally {
      await engine.close();
    }
  });

  it('are off at once, however early their power is cut', async () => {
    const engine = await open();
    try {
      await engine.prepare([one, two], []);
      for (let delay = 0; delay < 600; delay += 40) {
        await engine.start(one);
        await new Promise((resolve) => setTimeout(resolve, delay));
        await engine.powerOff(one, { hard: true });
        const groups = ['/sys/fs/cgroup', '-path', '*/bake-rehearsal-*/one/*', '-name', 'cgroup.procs'];
        const left = await run('find', [...groups, '-exec', 'cat', '{}', '+'], { okCodes: [0, 1] });
        assert.equal(left.stdout.trim(), '', `processes are left after a cut at ${delay} ms`);
      }
    } finally {
      await engine.close();
    }
  });

  it('leave nothing when their owner is interrupted', async () => {
    const stop = new AbortController();
    const engine = await open(stop.signal);
    await engine.prepare([one, two], []);
    await engine.start(one);
    assert.notDeepEqual(await remains.now(), [], 'there is something to leave');
    stop.abort();
    await engine.close();
    assert.deepEqual(await remains.settled(), []);
  });

  it('leave nothing when their owner is killed', async () => {
    const owner = spawn(
      process.execPath,
      ['--import', 'tsx', join(import.meta.dirname, 'owner.ts'), cacheDir],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, MACHINE: JSON.stringify(one) },
      },
    );
    await new Promise<void>((resolve, reject) => {
      owner.stdout.on('data', (text) => String(text).includes('systemd') && resolve());
      owner.once('exit', () => reject(new Error('the owner ended by itself')));
    });
    assert.notDeepEqual(await remains.now(), [], 'there is something to leave');
    owner.removeAllListeners('exit');
    owner.kill('SIGKILL');
    assert.deepEqual(await remains.settled(), []);
  });
});
