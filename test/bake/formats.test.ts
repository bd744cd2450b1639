import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { run } from '../../src/adapters/process.ts';
import { writeSeedIso } from '../../src/adapters/seed-iso.ts';
import type { MediumName } from '../../src/catalog/media.ts';
import { TARGET_NAMES, TARGETS } from '../../src/catalog/targets/index.ts';
import { MEDIA } from '../../src/user-data-forms/media.ts';
import { chooseAccelerator, type Accelerator } from '../../src/verify/boot/accelerator.ts';
import { bakeProcess, bigTempFolder, ROOT } from '../support/programs.ts';
import { boot, IDENTITY, USER_DATA, USER_DATA_SHA256 } from './seeded.ts';

const SAID = {
  nocloud: 'a medium for NoCloud',
  'config-drive': 'a config drive',
  ovf: 'a medium for OVF',
  web: 'a web server that its serial number names',
} as const;

/** Who asks all the sources that the disks are told by, with guest agents from the distribution. */
const PLATFORMS = ['openstack', 'vsphere'];

/** Runs a command in a tree that has the computer's devices, and the images at /images. */
const IN_TREE = `tree=$1 images=$2
shift 2
mount --bind "$images" "$tree/images"
mount --bind /dev "$tree/dev"
mount -t proc proc "$tree/proc"
exec chroot "$tree" "$@"`;

const MACHINE = { identity: IDENTITY, userData: USER_DATA };

/**
 * One bake of the lightest role in every format that a machine can boot from, each booted until cloud-init has had its say inside: a
 * minute or two where it is emulated. What else is in the machine is for bake-and-boot.test.ts to judge; it is the same disk.
 */
describe('image formats', () => {
  const temp = bigTempFolder();
  const out = join(temp.path, 'haproxy');
  const file = (extension: string): string => join(out, `haproxy.${extension}`);
  let accelerator: Accelerator;
  before(async () => {
    assert.ok(existsSync(join(ROOT, 'dist/cli/main.js')), 'npm run build comes first');
    accelerator = await chooseAccelerator({ run, scratchDir: temp.path });
  });
  after(() => temp.remove());

  interface Told {
    readonly event: string;
    readonly layer?: string;
    readonly state?: string;
    readonly title?: string;
  }
  async function bake(...formats: string[]): Promise<readonly Told[]> {
    const targets = PLATFORMS.flatMap((name) => ['--target', name]);
    const args = ['--profile', 'haproxy', '--json', '--out', temp.path, ...targets, '--format', ...formats];
    const { exitCode, stdout, stderr } = await bakeProcess(args, temp.path);
    assert.equal(exitCode, 0, stderr);
    const lines = stdout.trim().split('\n');
    return lines.map((line) => JSON.parse(line) as Told);
  }
  const recorded = (): string[] => {
    const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as {
      files: { format: string }[];
    };
    return manifest.files.map(({ format }) => format).toSorted();
  };

  test('all from one bake, with sums that sha256sum finds', async () => {
    const told = await bake('qcow2', 'vmdk', 'vhdx');
    const titles = told.flatMap(({ event, title }) => (event === 'step-end' && title ? [title] : []));
    assert.equal(titles.filter((title) => title === 'disk image').length, 1);
    assert.deepEqual(titles.filter((title) => title.startsWith('write haproxy.')).toSorted(), [
      'write haproxy.qcow2',
      'write haproxy.vhdx',
      'write haproxy.vmdk',
    ]);
    await run('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: out });
    assert.deepEqual(recorded(), ['qcow2', 'vhdx', 'vmdk']);
  });

  test('another format takes the layers from the cache, and leaves the files that are there', async () => {
    const before = statSync(file('qcow2'));
    const told = await bake('ova', 'vhd', 'qcow2');
    const layers = told.filter(({ event }) => event === 'layer');
    assert.ok(layers.length >= 3);
    assert.ok(
      layers.every(({ state }) => state === 'reused'),
      JSON.stringify(layers),
    );
    assert.equal(statSync(file('qcow2')).mtimeMs, before.mtimeMs);
    assert.deepEqual(recorded(), ['ova', 'qcow2', 'vhd', 'vhdx', 'vmdk']);
    await run('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: out });
  });

  test('the same formats again, and fewer of them: nothing to do', async () => {
    for (const formats of [['ova', 'vhd', 'qcow2'], ['vmdk']]) {
      const told = await bake(...formats);
      assert.deepEqual(
        told.map(({ event }) => event).filter((event) => event !== 'diagnostic'),
        ['unchanged'],
      );
    }
  });

  test('libguestfs, which reads the file systems inside, finds the same system in each', async () => {
    const DISK_FORMATS = { qcow2: 'qcow2', vmdk: 'vmdk', vhdx: 'vhdx', vhd: 'vpc' };
    // Of Debian's own, in a tree: with its recommendations it is a hundred packages that nothing else needs.
    const tree = join(temp.path, 'guestfs');
    await run('mmdebstrap', [
      ...['--quiet', '--variant=apt', '--aptopt=APT::Install-Recommends "false"'],
      ...['--include=guestfish,linux-image-cloud-amd64,qemu-system-x86,qemu-utils', 'trixie', tree],
    ]);
    mkdirSync(join(tree, 'images'));
    const disks = Object.entries(DISK_FORMATS).flatMap(([extension, format]) => [
      ...[`--format=${format}`, '--add', `/images/haproxy.${extension}`],
    ]);
    const roots = Object.keys(DISK_FORMATS).map((_, i) => `/dev/sd${'abcd'[i]}3`);
    const { stdout } = await run(
      'unshare',
      ['--mount', 'sh', '-ec', IN_TREE, 'in-tree', tree, out, 'guestfish', '--ro', ...disks],
      {
        env: {
          LIBGUESTFS_BACKEND: 'direct',
          LIBGUESTFS_BACKEND_SETTINGS: 'force_tcg',
          HOME: '/root',
          TMPDIR: '/tmp',
        },
        input: [
          ...['run', 'inspect-os'],
          ...roots.flatMap((root) => [`inspect-get-distro ${root}`, `inspect-get-major-version ${root}`]),
          ...['mount-ro /dev/sdb3 /', 'cat /etc/bake/release'],
        ].join('\n'),
      },
    );
    assert.deepEqual(stdout.split('\n').slice(0, 3 * roots.length), [
      ...roots,
      ...roots.flatMap(() => ['debian', '13']),
    ]);
    assert.match(stdout, /haproxy/);
  });

  /** A disk of each format that a machine can boot from, and how that machine is told who it is: every source of cloud-init has its turn. */
  const DISKS: readonly (readonly [name: string, seed: MediumName | 'web', disk: () => Promise<string>])[] = [
    ['qcow2', 'web', () => Promise.resolve(file('qcow2'))],
    ['vmdk', 'nocloud', () => Promise.resolve(file('vmdk'))],
    ['vhd', 'config-drive', () => Promise.resolve(file('vhd'))],
    ['vhdx', 'nocloud', () => Promise.resolve(file('vhdx'))],
    [
      'the disk of the ova',
      'ovf',
      async () => {
        await run('tar', ['--extract', `--file=${file('ova')}`, `--directory=${temp.path}`, 'haproxy.vmdk']);
        return join(temp.path, 'haproxy.vmdk');
      },
    ],
  ];

  for (const [name, seed, disk] of DISKS)
    test(`${name} boots, and is told by ${SAID[seed]}`, async (t) => {
      const folder = join(temp.path, name.replaceAll(' ', '-'));
      mkdirSync(folder);
      const image = await disk();
      const began = performance.now();
      const told = await (seed === 'web'
        ? withWebSeed((serial) => boot({ disk: image, serial }, accelerator, folder))
        : boot({ disk: image, iso: await seedOn(seed, folder) }, accelerator, folder));
      t.diagnostic(`${Math.round((performance.now() - began) / 1000)} s (${accelerator.name})`);
      const { datasource, release, drivers, ...rest } = told;
      assert.match(
        datasource,
        new RegExp(`DataSource${seed === 'web' ? 'NoCloudNet' : MEDIA[seed].datasource}\\b`),
      );
      assert.match(release, /haproxy/);
      assert.deepEqual(
        TARGET_NAMES.flatMap((name) => TARGETS[name].guest.drivers).filter(
          (driver) => !drivers.includes(driver),
        ),
        [],
      );
      assert.deepEqual(rest, {
        instance: IDENTITY.instanceId,
        hostname: IDENTITY.hostname,
        addresses: ['10.0.2.77/24'],
        gateways: ['10.0.2.2'],
        userData: USER_DATA_SHA256,
      });
    });
});

async function seedOn(medium: MediumName, folder: string): Promise<string> {
  const { label, files } = MEDIA[medium];
  const iso = join(folder, 'seed.iso');
  await writeSeedIso(files(MACHINE), iso, run, label);
  return iso;
}

/** Serves a seed while something is done with the serial number that names it; QEMU shows this machine to its guest as 10.0.2.2. */
async function withWebSeed<T>(use: (serial: string) => Promise<T>): Promise<T> {
  const files = MEDIA.nocloud.files(MACHINE);
  const server = createServer(({ url = '' }, answer) => void answer.end(files[url.slice(1)] ?? ''));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await use(`ds=nocloud;s=http://10.0.2.2:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.close();
  }
}
