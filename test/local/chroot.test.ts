import assert from 'node:assert/strict';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { run } from '../../src/adapters/process.ts';
import { DRESS, PROVISION, UNDRESS } from '../../src/build/local/chroot-scripts.ts';
import { fakeBake, fromImage, sandbox } from './support.ts';
import type { FakeBake, Sandbox } from './support.ts';

const REPORT = `
env >/report.env
umask >/report.umask
cat /etc/resolv.conf >/report.resolv
/usr/sbin/policy-rc.d >/dev/null && echo 0 >/report.policy || echo $? >/report.policy
echo x >/dev/null
for path in /proc/sys/kernel/hostname /sys/kernel/mm/ksm/run; do
  if (echo x >$path) 2>/dev/null; then echo "wrote $path" >>/report.host; fi
done
cat /proc/sys/kernel/hostname >/report.hostname
grep CapBnd /proc/self/status >/report.capabilities
echo /dev/* >/report.dev
echo $$ >/report.pid
`;

describe('a step in its tree', () => {
  let box: Sandbox;
  before(async () => {
    box = await sandbox();
  });
  after(() => box.remove());
  const bake = (script: string, more: Partial<FakeBake> = {}) =>
    fakeBake(box, {
      steps: [{ id: `s${script.length}`, layer: 'system', script }],
      ...more,
      request: { fresh: true },
    });
  const image = () => join(box.out('worker'), 'worker.tar');
  const report = (name: string) => fromImage(image(), `/report.${name}`);

  test('sees nothing of the building machine but name servers and proxies', async () => {
    process.env['BAKE_TEST_LEAK'] = 'leaked';
    await bake(REPORT, { host: { env: { http_proxy: 'http://proxy:1', NO_PROXY: 'x,y', HOME: '/leak' } } });
    const environment = ((await report('env')) ?? '')
      .split('\n')
      .filter((line) => !/^(PWD|SHLVL|_)=/.test(line));
    assert.deepEqual(environment.sort(), [
      'BAKE_EVENTS=1',
      'DEBIAN_FRONTEND=noninteractive',
      'HOME=/root',
      'LANG=C.UTF-8',
      'NO_PROXY=x,y',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'TERM=dumb',
      'http_proxy=http://proxy:1',
    ]);
    assert.equal(await report('umask'), '0022');
    assert.equal(await report('hostname'), 'localhost');
    assert.equal(await report('resolv'), (await readFile('/etc/resolv.conf', 'utf8')).trimEnd());
    assert.ok(Number(await report('pid')) < 1000, 'a process namespace of its own');
  });

  test('can not change the building machine', async () => {
    const name = hostname();
    await bake(REPORT);
    assert.equal(await report('host'), undefined);
    assert.equal(hostname(), name);
    const bounding = BigInt(`0x${/CapBnd:\s*(\w+)/.exec((await report('capabilities')) ?? '')?.[1] ?? 'f'}`);
    for (const [capability, bit] of [
      ['net_admin', 12n],
      ['sys_module', 16n],
      ['sys_boot', 22n],
      ['sys_time', 25n],
    ] as const) {
      assert.equal((bounding >> bit) & 1n, 0n, capability);
    }
    assert.equal((bounding >> 21n) & 1n, 1n, 'sys_admin stays: container images are unpacked with mounts');
  });

  test('has the devices it needs and may start no service', async () => {
    await bake(REPORT);
    assert.equal(await report('policy'), '101');
    assert.deepEqual(
      (await report('dev'))?.split(' ').map((path) => path.slice('/dev/'.length)),
      [
        ...[
          'fd',
          'full',
          'null',
          'ptmx',
          'pts',
          'random',
          'shm',
          'stderr',
          'stdin',
          'stdout',
          'tty',
          'urandom',
          'zero',
        ],
      ],
    );
  });

  test('leaves no trace of what it was lent', async () => {
    await bake('echo x >/tmp/x; echo x >/run/x; echo x >/dev/shm/x');
    const { stdout } = await run('tar', ['--list', '--file', image()]);
    const files = stdout.split('\n');
    for (const path of ['./etc/resolv.conf', './usr/sbin/policy-rc.d'])
      assert.ok(!files.includes(path), path);
    assert.deepEqual(
      files.filter((path) => /^\.\/(tmp|run|dev|proc|sys)\/./.test(path)),
      [],
    );
  });

  test('downloads packages past the tree', async () => {
    const mine = { ...box, base: join(box.folder, 'base-with-apt') };
    await cp(box.base, mine.base, { recursive: true, verbatimSymlinks: true });
    await mkdir(join(mine.base, 'var/cache/apt/archives'), { recursive: true });
    const script = 'dd if=/dev/zero of=/var/cache/apt/archives/partial/x.deb count=1; touch /downloaded';
    await fakeBake(mine, { steps: [{ id: 'apt', layer: 'system', script }], request: { fresh: true } });
    assert.equal(await fromImage(image(), '/downloaded'), '');
    const { stdout } = await run('tar', ['--list', '--file', image()]);
    assert.ok(!stdout.includes('x.deb'));
  });

  test('keeps the resolv.conf and policy-rc.d that a tree has', async () => {
    const mine = { ...box, base: join(box.folder, 'base-with-files') };
    await cp(box.base, mine.base, { recursive: true, verbatimSymlinks: true });
    await writeFile(join(mine.base, 'etc/resolv.conf'), 'nameserver of the tree\n');
    await writeFile(join(mine.base, 'usr/sbin/policy-rc.d'), 'policy of the tree\n', { mode: 0o755 });
    await fakeBake(mine, {
      steps: [{ id: 'keep', layer: 'system', script: REPORT }],
      request: { fresh: true },
    });
    assert.equal(await report('policy'), '101');
    assert.equal(await report('resolv'), (await readFile('/etc/resolv.conf', 'utf8')).trimEnd());
    assert.equal(await fromImage(image(), '/etc/resolv.conf'), 'nameserver of the tree');
    assert.equal(await fromImage(image(), '/usr/sbin/policy-rc.d'), 'policy of the tree');
  });

  test('finds name servers through a link into /run, and the link stays', async () => {
    const mine = { ...box, base: join(box.folder, 'base-with-link') };
    await cp(box.base, mine.base, { recursive: true, verbatimSymlinks: true });
    await symlink('../run/resolvconf/deep/resolv.conf', join(mine.base, 'etc/resolv.conf'));
    await fakeBake(mine, {
      steps: [{ id: 'link', layer: 'system', script: REPORT }],
      request: { fresh: true },
    });
    assert.equal(await report('resolv'), (await readFile('/etc/resolv.conf', 'utf8')).trimEnd());
    const { stdout } = await run('tar', ['--list', '--verbose', '--file', image(), './etc/resolv.conf']);
    assert.match(stdout, /-> \.\.\/run\/resolvconf\/deep\/resolv\.conf$/);
  });

  test('that leaves a process behind does not hold up the bake', { timeout: 20_000 }, async () => {
    await bake('sleep 1000 & (trap "" TERM HUP; exec sleep 1001) & echo done >/report.done');
    assert.equal(await report('done'), 'done');
  });

  test('can print a great deal', async () => {
    const { events } = await bake('for ((i = 0; i < 20000; i++)); do echo "line $i"; done');
    const lines = events.flatMap((event) => (event.event === 'output' ? [event.line] : []));
    assert.equal(lines.length, 20_000);
    assert.equal(lines.at(-1), 'line 19999');
  });
});

test('the scripts pass shellcheck', async () => {
  const folder = (await sandbox()).folder;
  await mkdir(folder, { recursive: true });
  for (const [name, script] of Object.entries({ DRESS, PROVISION, UNDRESS })) {
    const path = join(folder, `${name}.sh`);
    await writeFile(path, script);
    await run('shellcheck', ['--shell=bash', path]);
  }
  await run('rm', ['-r', folder]);
});
