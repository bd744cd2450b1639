import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test, type TestContext } from 'node:test';
import { run } from '../../src/adapters/process.ts';
import { ownProfiles } from '../../src/adapters/files.ts';
import { OPERATING_SYSTEMS } from '../../src/catalog/operating-systems.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { OS_IDS } from '../../src/profile/schema.ts';
import { openDirectory } from '../../src/verify/image/directory.ts';
import { checkHygiene } from '../../src/verify/offline/hygiene.ts';
import { bakeProcess, bigTempFolder, ROOT } from '../support/programs.ts';
import { stockTree } from '../support/stock.ts';
import { compareSnapshots, snapshot } from '../support/snapshot.ts';

const CHROOT = join(ROOT, 'test/support/chroot.sh');
const KILLS = 20;

/**
 * Made anew by every run: a throw-away key and what it signed. Everything else is to be the same to the byte, logs aside,
 * which sealing takes away.
 */
const ONE_OF_A_KIND = [/^usr\/share\/bake\/stand-in\/(keyring\.gpg|InRelease)$/];

describe('provision.sh in a real tree', () => {
  const temp = bigTempFolder();
  const base = join(temp.path, 'base');
  before(() => stockTree('debian-13', base));
  after(() => temp.remove());

  const copy = async (name: string): Promise<string> => {
    const tree = join(temp.path, name);
    await run('cp', ['-a', '--reflink=auto', base, tree]);
    return tree;
  };
  const compile = async (profile: string): Promise<string> => {
    const done = await bakeProcess(
      ['compile', '--profile', profile, '--stand-in', '--out', temp.path],
      join(ROOT, 'test/bake/profiles'),
    );
    assert.equal(done.exitCode, 0, done.stderr);
    return join(temp.path, profile.replace(/^\.\/|\.yaml$/g, ''));
  };
  const provision = (tree: string, folder: string) => {
    mkdirSync(join(tree, 'root'), { recursive: true });
    copyFileSync(join(folder, 'provision.sh'), join(tree, 'root/provision.sh'));
    return run(CHROOT, [tree, 'bash', '/root/provision.sh'], { okCodes: [0] });
  };

  /** What one run alone makes of the tree, by profile. */
  const straight = new Map<string, Awaited<ReturnType<typeof snapshot>>>();

  for (const profile of ['worker', 'haproxy', './worker-docker.yaml']) {
    test(`${profile}: a second run changes nothing`, async (t) => {
      const folder = await compile(profile);
      const tree = await copy('twice');
      namedAsNvmeHost(tree);
      await provision(tree, folder);
      const once = await snapshot(tree);
      straight.set(profile, once);
      await provision(tree, folder);
      const twice = await snapshot(tree);
      assert.deepEqual(compareSnapshots(once, twice, []), []);
      t.diagnostic(`${once.files.size} files and ${once.packages.length} packages compared`);
      assert.ok(once.files.size > 5000 && once.packages.length > 100);
      await judgeUnits(tree, unitsOf(folder), t);
      if (profile === 'worker') await judgeInside(tree, folder);
      if (profile === './worker-docker.yaml') await judgeStorageNames(tree);
      await run('rm', ['-rf', tree]);
    });
  }

  test(`killed at ${KILLS} points and run again, it ends in the same tree`, async (t) => {
    const folder = await compile('worker');
    const wanted = straight.get('worker');
    assert.ok(wanted, 'the test of a worker’s second run comes first');
    const tree = await copy('killed');
    namedAsNvmeHost(tree);
    copyFileSync(join(folder, 'provision.sh'), join(tree, 'root/provision.sh'));
    const seed = Number(process.env['BAKE_TEST_SEED'] ?? Date.now() % 100_000);
    t.diagnostic(`seed ${seed} (BAKE_TEST_SEED)`);
    const random = generator(seed);
    const points: string[] = [];
    // Steps that install something run for seconds and have the most to lose; every step gets its turn.
    const steps = sectionsOf(readFileSync(join(folder, 'provision.sh'), 'utf8'));
    for (let kill = 0; kill < KILLS; kill++) {
      const step = steps[Math.floor((kill * steps.length) / KILLS)];
      assert.ok(step);
      const delay = Math.floor(random() * (step.installs ? 3000 : 40));
      const killed = await killAt(tree, step.id, delay);
      points.push(`${killed ? 'killed' : 'ended'} ${delay} ms into ${step.title}`);
    }
    t.diagnostic(points.join('\n'));
    const hit = points.filter((point) => point.startsWith('killed')).length;
    assert.equal(hit, KILLS, `only ${hit} of ${KILLS} runs were killed`);
    await provision(tree, folder);
    assert.deepEqual(compareSnapshots(wanted, await snapshot(tree), ONE_OF_A_KIND), []);
  });
});

/** What real consumers inside a real machine's tree say of what we wrote: nft, chronyd, cloud-init of user-data. */
async function judgeInside(tree: string, folder: string): Promise<void> {
  await run(CHROOT, [tree, 'nft', '--check', '--file', '/etc/bake/firewall.nft']);
  const chrony = await run(CHROOT, [tree, 'chronyd', '-p', '-f', '/etc/chrony/chrony.conf']);
  const leapSeconds = /^leapseclist (\S+)$/m.exec(chrony.stdout)?.[1];
  assert.ok(
    leapSeconds !== undefined && existsSync(join(tree, leapSeconds)),
    'chrony reads a list that is there',
  );
  // cloud-init's own words, of the version in the image, on every user-data of every profile and operating system.
  const inbox = join(tree, 'root/user-data');
  mkdirSync(inbox);
  for (const os of OS_IDS) {
    for (const profile of ownProfiles().filter((name) => !['base', 'node'].includes(name))) {
      const mine = join(folder, '..', `${profile}-${os}.yaml`);
      writeFileSync(mine, `extends: ${profile}\nos: ${os}\nboot:\n  hostname: node-1\n`);
      // Stand-ins are Debian packages.
      const standIn = OPERATING_SYSTEMS[os].packageManager === 'apt' ? ['--stand-in'] : [];
      const done = await bakeProcess(['compile', '--profile', mine, ...standIn, '--out', inbox], ROOT);
      assert.equal(done.exitCode, 0, done.stderr);
    }
  }
  const files = readdirSync(inbox).flatMap((name) =>
    ['user-data', 'user-data.stock'].map((form) => `/root/user-data/${name}/${form}`),
  );
  assert.equal(files.length, OS_IDS.length * 4 * 2);
  for (const file of files) {
    const inside = await run(CHROOT, [tree, 'cloud-init', 'schema', '--config-file', file]);
    assert.match(inside.stdout, /Valid schema/);
    const here = await run('cloud-init', ['schema', '--config-file', join(tree, file)]);
    assert.match(here.stdout, /Valid cloud-config/);
  }
}

/** All units of a plan: those that it writes, by a drop-in too, and those that it enables. */
function unitsOf(folder: string): readonly string[] {
  const { steps } = JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8')) as Plan;
  const units = steps.flatMap(({ step }) =>
    step.kind === 'unit' || (step.kind === 'service' && step.input.state !== 'masked')
      ? [step.input.unit]
      : [],
  );
  return [...new Set(units)];
}

/** systemd's word on each unit, with its drop-ins. */
async function judgeUnits(tree: string, units: readonly string[], t: TestContext): Promise<void> {
  t.diagnostic(`units judged: ${units.join(' ')}`);
  for (const own of ['bake-firstboot.service', 'bake-upkeep.timer', 'bake-swap-off.service'])
    assert.ok(units.includes(own), own);
  for (const unit of units) {
    const paths = [`/etc/systemd/system/${unit}`, `/usr/lib/systemd/system/${unit}`].filter((path) =>
      existsSync(join(tree, path)),
    );
    assert.ok(paths.length > 0, `${unit} is there`);
    const said = await run(CHROOT, [
      tree,
      'systemd-analyze',
      'verify',
      '--man=no',
      '--recursive-errors=one',
      unit,
    ]);
    assert.equal(said.stderr.trim(), '', unit);
  }
}

/** As nvme-cli's package leaves a tree when it is installed. */
function namedAsNvmeHost(tree: string): void {
  mkdirSync(join(tree, 'etc/nvme'), { recursive: true });
  for (const name of ['hostnqn', 'hostid']) writeFileSync(join(tree, 'etc/nvme', name), 'same everywhere\n');
}

/** No name of a storage client is left in a sealed tree, and each start of a machine without names makes other ones. */
async function judgeStorageNames(tree: string): Promise<void> {
  const results = await checkHygiene(openDirectory(tree), new Set());
  assert.deepEqual(
    results.filter(({ id, status }) => id === 'hygiene/storage-identity' && status !== 'pass'),
    [],
  );
  const unit = readFileSync(join(tree, 'etc/systemd/system/bake-nvme-host.service'), 'utf8');
  const script = /^ExecStart=sh -ec '(.*)'$/m.exec(unit)?.[1]?.replaceAll('$$', '$');
  assert.ok(script);
  const names = new Set<string>();
  for (let machine = 0; machine < 2; machine++) {
    writeFileSync(join(tree, 'etc/iscsi/initiatorname.iscsi'), 'GenerateName=yes\n');
    await run(CHROOT, [tree, '/usr/lib/open-iscsi/startup-checks.sh']);
    await run(CHROOT, [tree, 'sh', '-ec', script]);
    const read = (name: string): string => readFileSync(join(tree, 'etc', name), 'utf8').trim();
    const iscsi = /^InitiatorName=(iqn\..+)$/m.exec(read('iscsi/initiatorname.iscsi'))?.[1];
    assert.ok(iscsi);
    assert.equal(read('nvme/hostnqn'), `nqn.2014-08.org.nvmexpress:uuid:${read('nvme/hostid')}`);
    names.add(iscsi).add(read('nvme/hostid'));
  }
  assert.equal(names.size, 4);
}

/** Kills everything (SIGKILL) some time after a step has begun; false when the run ended before that. */
function killAt(tree: string, stepId: string, delayMs: number): Promise<boolean> {
  const child = spawn(CHROOT, [tree, 'bash', '/root/provision.sh'], {
    env: { ...process.env, BAKE_EVENTS: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line === `::bake start ${stepId}`) setTimeout(() => child.kill('SIGKILL'), delayMs);
    });
    child.on('close', (_code, signal) => resolve(signal === 'SIGKILL'));
  });
}

function sectionsOf(script: string): { id: string; title: string; installs: boolean }[] {
  return [...script.matchAll(/^bake_step \S+ ([0-9a-f]{16}) \S+ (.*)$/gm)].map(([, id = '', title = '']) => ({
    id,
    title,
    installs: /^'(install|make stand-in)/.test(title),
  }));
}

/** mulberry32: the same points for the same seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
