import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test, type TestContext } from 'node:test';
import { parse, stringify } from 'yaml';
import { run } from '../../src/adapters/process.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { compileText } from '../support/compile-text.ts';
import { bigTempFolder, ROOT } from '../support/programs.ts';
import { companions, kubernetes, rockyStandIn, STAND_IN, type Rocky, type Rpm } from '../support/rocky.ts';
import { randomFrom, SEED } from '../support/random.ts';
import { compareSnapshots, snapshot } from '../support/snapshot.ts';

const CHROOT = join(ROOT, 'test/support/chroot.sh');
const KILLS = 10;
const DOCKERS_KEY = '060A61C51B558A7F742B77AAC52FEB6B621E9F35';

describe(`provision.sh of Rocky Linux 9, by real dnf and rpm (${STAND_IN})`, () => {
  const temp = bigTempFolder();
  const base = join(temp.path, 'base');
  let rocky: Rocky;
  before(async () => {
    rocky = await rockyStandIn(base, temp.path);
  });
  after(() => {
    rocky.close();
    temp.remove();
  });

  const copy = async (name: string): Promise<string> => {
    const tree = join(temp.path, name);
    await run('cp', ['-a', '--reflink=auto', base, tree]);
    return tree;
  };
  const inside = (tree: string, script: string, okCodes = [0]) =>
    run(CHROOT, [tree, 'bash', '-euo', 'pipefail', '-c', script], { okCodes });

  /** Docker's key is pinned in the product: in the script made here the tests' key takes its place. Everything else is as compiled. */
  const compile = (name: string, text: string): string => {
    const { value, diagnostics } = compileText(text);
    assert.ok(value, JSON.stringify(diagnostics));
    const folder = join(temp.path, 'out', name);
    mkdirSync(folder, { recursive: true });
    for (const artifact of value.artifacts)
      writeFileSync(
        join(folder, artifact.name),
        artifact.text.replaceAll(DOCKERS_KEY, rocky.fingerprint('docker')),
      );
    return folder;
  };
  const worker = (version: string, more = '') =>
    compile(
      `worker-${version}`,
      `extends: worker
os: rocky-9
image: {mirror: ${rocky.url}/rocky, targets: [vmware, qemu]}
kubernetes:
  version: ${version}
  proxyMode: ipvs
  source: {url: '${rocky.url}/kubernetes/{minor}/rpm/', keyUrl: ${rocky.url}/kubernetes.key, fingerprint: ${rocky.fingerprint('kubernetes')}}
runtime: {mirror: ${rocky.url}/docker}
packages: [tcpdump]
users:
  - {name: ops, sudo: nopasswd, sshKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGg0V1vPJRK5b0cF1m7Rk0Cjz0mKk5Rk0gq2b6mCk5cP ops]}
${more}`,
    );
  const attempt = (tree: string, folder: string) => {
    copyFileSync(join(folder, 'provision.sh'), join(tree, 'root/provision.sh'));
    return run(CHROOT, [tree, 'bash', '/root/provision.sh'], { okCodes: [0, 1], timeoutMs: 120_000 });
  };
  const provision = async (tree: string, folder: string): Promise<void> => {
    const { exitCode, stdout, stderr } = await attempt(tree, folder);
    assert.equal(exitCode, 0, `${stdout.slice(-2000)}\n${stderr.slice(-4000)}`);
  };

  /** The helpers of provision.sh as a library. */
  const withHelpers = (tree: string, script: string, okCodes = [0]) => {
    for (const name of ['provision.sh', 'provision-dnf.sh'])
      copyFileSync(join(ROOT, 'userdata', name), join(tree, 'root', `helpers-${name}`));
    return inside(
      tree,
      `. /root/helpers-provision.sh; . /root/helpers-provision-dnf.sh; mkdir -p "$BAKE_WORK"\n${script}`,
      okCodes,
    );
  };
  const installed = async (tree: string): Promise<string[]> =>
    (
      await inside(
        tree,
        `rpm -qa --qf '%{NAME}-%{VERSION}-%{RELEASE}\\n' | grep -v '^gpg-pubkey' | LC_ALL=C sort`,
      )
    ).stdout
      .trim()
      .split('\n');
  const locks = (tree: string): string =>
    readFileSync(join(tree, 'etc/dnf/plugins/versionlock.list'), 'utf8');

  /** rpm's database is another after each question; what is in it is compared as packages. */
  const state = async (tree: string) => ({ ...(await snapshot(tree)), packages: await installed(tree) });
  const straight = new Map<string, Awaited<ReturnType<typeof state>>>();
  const different = (a: Awaited<ReturnType<typeof state>>, b: Awaited<ReturnType<typeof state>>) =>
    compareSnapshots(a, b, [/^var\/lib\/rpm(\/|$)/]);

  /** What verify.sh and goss of the same plan say, where no services run and the kernel is not the image's. */
  const judgeChecks = async (tree: string, folder: string, t: TestContext): Promise<void> => {
    copyFileSync(join(folder, 'verify.sh'), join(tree, 'root/verify.sh'));
    const said = await run(CHROOT, [tree, 'bash', '/root/verify.sh'], { okCodes: [0, 1] });
    rmSync(join(tree, 'root/verify.sh'));
    const lines = said.stdout.split('\n');
    const failed = lines.filter((line) => line.startsWith('not ok'));
    const unexpected = failed.filter((line) => !RUNNING.test(line));
    assert.deepEqual(unexpected, [], said.stdout);
    t.diagnostic(
      `verify.sh: ${lines.filter((line) => line.startsWith('ok')).length} ok; of a running machine only: ${failed.length}`,
    );
    const { steps } = JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8')) as Plan;
    const planned = steps.flatMap(({ step }) => (step.kind === 'package' ? step.input.packages : []));
    const there = await installed(tree);
    for (const { name, version = '*' } of planned)
      assert.ok(
        there.some((line) => line.startsWith(`${name}-${version.replace('*', '')}`)),
        `${name} ${version} among ${there.join(' ')}`,
      );
    await judgeByGoss(tree, folder, t);
    for (const { step } of steps) {
      if (step.kind !== 'service') continue;
      const { unit, state: wanted } = step.input;
      const found = await inside(tree, `systemctl is-enabled ${unit} || true`);
      assert.match(
        found.stdout.trim(),
        wanted === 'disabled' ? /^disabled$/ : new RegExp(`^${wanted}$`),
        unit,
      );
    }
    t.diagnostic(`${planned.length} packages planned, ${there.length} installed`);
    // Every script of a package has run to its end.
    const finished = readdirSync(join(tree, 'var/lib/stand-in')).sort();
    assert.deepEqual(
      finished,
      (await inside(tree, `rpm -qa --qf '%{NAME}\\n' | grep -v '^gpg-pubkey' | LC_ALL=C sort`)).stdout
        .trim()
        .split('\n'),
    );
  };

  /** goss on what does not take a running machine: packages by rpm, files, users. */
  const judgeByGoss = async (tree: string, folder: string, t: TestContext): Promise<void> => {
    const all = parse(readFileSync(join(folder, 'goss.yaml'), 'utf8')) as Record<string, unknown>;
    const still = Object.fromEntries(
      ['package', 'file', 'user', 'group'].map((kind) => [kind, all[kind] ?? {}]),
    );
    const held = Object.entries(all['command'] ?? {}).filter(([, value]) =>
      JSON.stringify(value).includes('versionlock.list'),
    );
    writeFileSync(join(tree, 'root/goss.yaml'), stringify({ ...still, command: Object.fromEntries(held) }));
    copyFileSync((await run('which', ['goss'])).stdout.trim(), join(tree, 'root/goss'));
    const said = await inside(
      tree,
      'chmod 755 /root/goss; /root/goss --package rpm --gossfile /root/goss.yaml validate',
      [0, 1],
    );
    for (const name of ['goss', 'goss.yaml']) rmSync(join(tree, 'root', name));
    assert.match(said.stdout, /^Count: [1-9]\d*, Failed: 0,/m, said.stdout);
    t.diagnostic(`goss: ${/^Count:.*$/m.exec(said.stdout)?.[0]}`);
  };

  for (const [name, make] of Object.entries({
    worker: () => worker('1.35.8'),
    haproxy: () =>
      compile(
        'haproxy',
        `extends: haproxy\nos: rocky-9\nimage: {mirror: ${rocky.url}/rocky, targets: [qemu]}\n`,
      ),
  })) {
    test(`${name}: all that is planned is there, and a second run changes nothing`, async (t) => {
      const folder = make();
      const tree = await copy(name);
      await provision(tree, folder);
      await judgeChecks(tree, folder, t);
      await judgeSealed(tree);
      const once = await state(tree);
      straight.set(name, once);
      rocky.requests.length = 0;
      const mark = join(temp.path, 'mark');
      writeFileSync(mark, '');
      await provision(tree, folder);
      assert.deepEqual(rocky.requests, [], 'nothing is asked for');
      assert.deepEqual(different(once, await state(tree)), []);
      const prune = ['proc', 'sys', 'dev', 'run', 'tmp'].flatMap((path) => [
        '-path',
        join(tree, path),
        '-prune',
        '-o',
      ]);
      const newer = await run('find', [tree, ...prune, '-type', 'f', '-newer', mark, '-printf', '%P\\n']);
      const written = newer.stdout
        .split('\n')
        .filter((path) => path !== '' && !WRITTEN_BY_SEALING.test(path));
      assert.deepEqual(written, []);
      t.diagnostic(`${once.files.size} files and ${once.packages.length} packages compared`);
    });
  }

  /** Of what sealing promises, what is the Red Hat family's. */
  const judgeSealed = async (tree: string): Promise<void> => {
    for (const path of [
      'var/cache/dnf',
      'var/lib/dnf/history.sqlite',
      'var/lib/dnf/repos',
      'root/anaconda-ks.cfg',
    ])
      assert.ok(!existsSync(join(tree, path)), path);
    for (const path of ['etc/machine-id', 'etc/hostname'])
      assert.equal(readFileSync(join(tree, path), 'utf8'), '');
    assert.match(readFileSync(join(tree, 'etc/selinux/config'), 'utf8'), /^SELINUX=permissive$/m);
    const logs = await run('find', [join(tree, 'var/log'), '-type', 'f']);
    assert.equal(logs.stdout, '');
  };

  test(`killed at ${KILLS} points and run again, it ends in the same tree`, async (t) => {
    const wanted = straight.get('worker');
    assert.ok(wanted, 'the worker’s test comes first');
    const folder = join(temp.path, 'out/worker-1.35.8');
    const tree = await copy('killed');
    copyFileSync(join(folder, 'provision.sh'), join(tree, 'root/provision.sh'));
    const random = randomFrom(SEED);
    // Four of five in a transaction: each time a package's script has run, another random moment of the next one.
    const points: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const during = kill % 5 < 4 ? 'Running transaction' : undefined;
      const delay = Math.floor(random() * (during ? 700 : 2500));
      points.push(`${await killAt(tree, during, delay)} ${delay} ms into ${during ?? 'the run'}`);
    }
    t.diagnostic(`SEED=${SEED}: ${points.join(', ')}`);
    assert.ok(
      points.filter((point) => point.startsWith('killed')).length >= KILLS / 2,
      'most runs were killed',
    );
    await provision(tree, folder);
    assert.deepEqual(different(wanted, await state(tree)), []);
    await judgeChecks(tree, folder, t);
  });

  test('versions are held against upgrades, and moved by another plan, up and down', async () => {
    const tree = join(temp.path, 'worker');
    const of = async (name: string) => (await inside(tree, `rpm -q --qf '%{VERSION}' ${name}`)).stdout;
    const lockedAt = (version: string) =>
      [
        'containerd.io-0:2.3.3-1.el9.*',
        'cri-tools-0:1.35.0-150500.1.1.*',
        ...['kubeadm', 'kubectl', 'kubelet'].map((name) => `${name}-0:${version}-150500.1.1.*`),
        'kubernetes-cni-0:1.8.0-150500.1.1.*',
        '',
      ].join('\n');
    for (const version of ['1.35.7', '1.35.8', '1.35.7']) {
      // What a killed dnf leaves: whatever has the number now, dnf would wait for it. Here it is the first of all.
      for (const path of ['var/cache/dnf/metadata_lock.pid', 'var/lib/dnf/rpmdb_lock.pid']) {
        mkdirSync(dirname(join(tree, path)), { recursive: true });
        writeFileSync(join(tree, path), '1');
      }
      await provision(tree, worker(version));
      for (const name of ['kubelet', 'kubeadm', 'kubectl']) assert.equal(await of(name), version, name);
      assert.equal(locks(tree), lockedAt(version));
      const said = await inside(tree, 'dnf -y upgrade 2>&1');
      assert.equal(await of('kubelet'), version, said.stdout);
    }
    // dnf-automatic reads what we have written for it, and holds to the locks.
    const automatic = `python3 -c 'import sys, dnf.automatic.main as automatic; sys.exit(automatic.main(["/etc/dnf/automatic.conf"]))'`;
    await inside(
      tree,
      `sed -i 's/^upgrade_type = security$/upgrade_type = default/' /etc/dnf/automatic.conf; ${automatic} 2>&1`,
    );
    assert.equal(await of('kubelet'), '1.35.7');
    // The lock is what holds it: without it the same command moves it.
    writeFileSync(join(tree, 'etc/dnf/plugins/versionlock.list'), '');
    await inside(tree, 'dnf -y upgrade');
    assert.equal(await of('kubelet'), '1.35.8');
    // A lock of a person's own stays, where no plan speaks of the package.
    writeFileSync(
      join(tree, 'etc/dnf/plugins/versionlock.list'),
      'tcpdump-0:1.0-1.el9.*\nkubelet-0:1.35.8-150500.1.1.*\n',
    );
    await provision(tree, worker('1.35.7'));
    assert.equal(locks(tree), `${lockedAt('1.35.7')}tcpdump-0:1.0-1.el9.*\n`);
  });

  test('what is not signed by the one key is refused, and told of; the next run goes on', async () => {
    const tree = join(temp.path, 'worker');
    await inside(
      tree,
      'rpm --erase --force-debian kubelet kubeadm kubectl cri-tools kubernetes-cni; rm /etc/yum.repos.d/bake-kubernetes.repo',
    );
    const folder = worker('1.35.8');
    const rpms = [...kubernetes('1.35.8'), ...companions];
    const refused = async (pattern: RegExp): Promise<void> => {
      const { exitCode, stdout, stderr } = await attempt(tree, folder);
      assert.equal(exitCode, 1);
      assert.match(stderr, pattern, stdout);
      const there = (await installed(tree)).filter((line) => /^(kube|cri-)/.test(line));
      assert.deepEqual(there, []);
    };
    const entry = join(tree, 'etc/yum.repos.d/bake-kubernetes.repo');
    rocky.serve('kubernetes.key', rocky.publicKey('stranger'));
    await refused(
      new RegExp(
        `kubernetes.key is ${rocky.fingerprint('stranger')}, not ${rocky.fingerprint('kubernetes')}, which the profile pins`,
      ),
    );
    rocky.serve('kubernetes.key', rocky.publicKey('kubernetes') + rocky.publicKey('stranger'));
    await refused(/nothing was installed/);
    rocky.serve('kubernetes.key', '<html>log in first</html>');
    await refused(/kubernetes.key is no OpenPGP key/);
    rocky.serve('kubernetes.key', rocky.publicKey('kubernetes'));
    rocky.withdraw('kubernetes/v1.35');
    await refused(/the repository http:\S+ can't be reached/);
    assert.ok(!existsSync(entry), 'the next run begins anew');
    for (const key of ['stranger', undefined] as const) {
      await rocky.publish('kubernetes/v1.35/rpm', rpms, key);
      await inside(tree, 'dnf -q clean metadata');
      await refused(
        /are not signed by the key of their repository; nothing of .*kubelet=1\.35\.8.* was installed/,
      );
    }
    await rocky.publish('kubernetes/v1.35/rpm', rpms, 'kubernetes');
    await inside(tree, 'dnf -q clean metadata');
    await provision(tree, folder);
  });

  test('a mirror takes the place of another, with the keys that were there', async () => {
    const tree = await copy('helpers');
    const read = () => readFileSync(join(tree, 'etc/yum.repos.d/rocky.repo'), 'utf8');
    const before = read();
    await withHelpers(tree, 'bake_mirror https://mirror.example.com/rocky');
    const first = read();
    assert.ok(
      first.includes('\nbaseurl=https://mirror.example.com/rocky/$releasever/BaseOS/$basearch/os/\n'),
    );
    assert.equal(first.match(/^#mirrorlist=/gm)?.length, before.match(/^mirrorlist=/gm)?.length);
    assert.ok(!/^mirrorlist=/m.test(first));
    assert.deepEqual(first.match(/^gpg.*$/gm), before.match(/^gpg.*$/gm));
    await withHelpers(tree, 'bake_mirror https://mirror.example.com/rocky; [ "$BAKE_CHANGED" = no ]');
    assert.equal(read(), first);
    rocky.requests.length = 0;
    await withHelpers(tree, `bake_mirror ${rocky.url}/rocky; bake_install jq`);
    assert.equal(read(), first.replaceAll('https://mirror.example.com', rocky.url));
    assert.deepEqual(
      [...new Set(rocky.requests.filter((path) => path.endsWith('repomd.xml')))].sort(),
      ['AppStream', 'BaseOS', 'extras'].map((name) => `/rocky/9/${name}/x86_64/os/repodata/repomd.xml`),
    );
    assert.ok(rocky.requests.some((path) => path.endsWith('/jq-1.0-1.el9.noarch.rpm')));
  });

  test('files are taken by their sum only', async () => {
    const tree = join(temp.path, 'helpers');
    await run('tar', [
      '--create',
      '--file',
      join(temp.path, 'containerd.tar'),
      '--directory',
      ROOT,
      'profiles/worker.yaml',
    ]);
    const archive = readFileSync(join(temp.path, 'containerd.tar'));
    rocky.serve('containerd.tar', archive);
    const sum = createHash('sha256').update(archive).digest('hex');
    const install = (sha256: string, path = 'containerd.tar') =>
      withHelpers(
        tree,
        `bake_install_archive containerd ${rocky.url}/${path} ${sha256} /usr/local/bin 1 profiles/worker.yaml`,
        [0, 1],
      );
    const wrong = await install('0'.repeat(64));
    assert.equal(wrong.exitCode, 1);
    assert.match(wrong.stderr, /the sha256 of http:\S+ is not 0{64}; nothing of it is used/);
    const gone = await install(sum, 'gone.tar');
    assert.match(gone.stderr, /404[\s\S]*can't fetch http:\S+gone\.tar/);
    assert.ok(!existsSync(join(tree, 'usr/local/bin/worker.yaml')));
    assert.equal((await install(sum)).exitCode, 0);
    assert.equal(
      readFileSync(join(tree, 'usr/local/bin/worker.yaml'), 'utf8'),
      readFileSync(join(ROOT, 'profiles/worker.yaml'), 'utf8'),
    );
  });

  test('modules that a kernel keeps apart are those of the newest kernel in a tree', async () => {
    const kernel = { version: '5.14.0', release: '570.17.1.el9_6' };
    const extra = (release: string): Rpm => ({
      name: 'kernel-modules-extra',
      version: kernel.version,
      release,
      provides: ['installonlypkg(kernel-module)'],
    });
    const matched: Rpm = {
      name: 'kernel-modules-extra-matched',
      version: kernel.version,
      release: '611.1.el9',
    };
    const tree = join(temp.path, 'helpers');
    await rocky.publish('rocky/9/extras/x86_64/os', [extra('611.1.el9'), matched], 'rocky');
    await inside(tree, 'dnf -q clean metadata');
    const refused = await withHelpers(tree, 'bake_kernel_modules_extra', [1]);
    assert.match(
      refused.stderr,
      /no kernel-modules-extra of kernel 5\.14\.0-570\.17\.1\.el9_6 any more; start the newest kernel first/,
    );
    await rocky.publish(
      'rocky/9/extras/x86_64/os',
      [extra(kernel.release), extra('611.1.el9'), matched],
      'rocky',
    );
    await inside(tree, 'dnf -q clean metadata');
    await withHelpers(tree, 'bake_kernel_modules_extra');
    const there = (await installed(tree)).filter((line) => line.startsWith('kernel-modules'));
    assert.deepEqual(there, [
      `kernel-modules-extra-5.14.0-${kernel.release}`,
      'kernel-modules-extra-matched-5.14.0-611.1.el9',
    ]);
    await withHelpers(tree, 'bake_kernel_modules_extra; [ "$BAKE_CHANGED" = no ]');
    // With one for a later kernel beside it, its own is still found.
    await inside(tree, 'dnf -y install kernel-modules-extra-5.14.0-611.1.el9');
    await withHelpers(tree, 'bake_kernel_modules_extra; [ "$BAKE_CHANGED" = no ]');
  });
});

/** Titles of checks that are about a running machine: what has started, the kernel's settings, what a real containerd says. */
const RUNNING =
  /(is|are) (enabled|disabled)?,? ?(and )?active|kernel module \S+ is loaded|^not ok \d+ - [\w.-]+ is -?\d|containerd (uses|offers)/;

/** Emptied by every run of sealing, and rpm's, which each question writes to. */
const WRITTEN_BY_SEALING =
  /^(etc\/(machine-id|hostname|resolv\.conf)|var\/lib\/rpm\/.*|root\/provision\.sh|usr\/sbin\/policy-rc\.d)$/;

/** Kills everything (SIGKILL) some time after dnf has begun a transaction, or the run; what became of it. */
function killAt(tree: string, during: string | undefined, delayMs: number): Promise<'killed' | 'ended'> {
  const child = spawn(CHROOT, [tree, 'bash', '/root/provision.sh'], { stdio: ['ignore', 'pipe', 'ignore'] });
  return new Promise((resolve, reject) => {
    let waiting = true;
    const kill = (): void => {
      if (waiting) setTimeout(() => child.kill('SIGKILL'), delayMs);
      waiting = false;
    };
    child.on('error', reject);
    if (during === undefined) kill();
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (during !== undefined && line.includes(during)) kill();
    });
    child.on('close', (_code, signal) => resolve(signal === 'SIGKILL' ? 'killed' : 'ended'));
  });
}
