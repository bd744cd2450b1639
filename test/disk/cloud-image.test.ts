import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { run, ToolFailure } from '../../src/adapters/process.ts';
import { openCloudImage, type CloudImage } from '../../src/build/disk/cloud-image.ts';
import { insideDisk, makeEsp, makeExt4, readContent, regionOf } from '../../src/build/disk/file-systems.ts';
import { uuid } from '../../src/build/disk/identity.ts';
import {
  PARTITION_TYPE,
  readTable,
  writeTable,
  type Partition,
  type PartitionTable,
} from '../../src/build/disk/partition-table.ts';
import { refillCloudImage } from '../../src/build/disk/refill.ts';
import { addKernel, describeData, makeFakeTree, MARKS } from './fake-tree.ts';

const MIB = 2 ** 20;
const SECTORS = MIB / 512;
const LINUX = '0FC63DAF-8483-4772-8E79-3D69D8477DE4';
const VENDOR_CONFIG = '# the vendor made this\n';

interface VendorDisk {
  readonly table: PartitionTable;
  readonly root: Partition;
  readonly boot?: Partition;
  readonly esp?: Partition;
  readonly fstab: string;
}

const gpt = (number: number, startMib: number, sizeMib: number, type: string, name?: string): Partition => ({
  number,
  start: startMib * SECTORS,
  size: sizeMib * SECTORS,
  type,
  uuid: uuid('vendor', String(number)),
  ...(name === undefined ? {} : { name }),
});

const ROOT_UUID = uuid('vendor', 'root-fs');
const BOOT_UUID = uuid('vendor', 'boot-fs');

/** As Ubuntu 24.04: root is number 1 and last on the disk, behind 14 (BIOS), 15 (EFI) and 16 (/boot). */
function ubuntuLike(): VendorDisk {
  const root = gpt(1, 1 + 4 + 40 + 32, 80, LINUX);
  const esp = gpt(15, 5, 40, PARTITION_TYPE.esp);
  const boot = gpt(16, 45, 32, LINUX);
  return {
    table: {
      label: 'gpt',
      id: uuid('vendor', 'disk'),
      partitions: [
        root,
        { ...gpt(14, 1, 4, PARTITION_TYPE.biosBoot), attrs: 'LegacyBIOSBootable' },
        esp,
        boot,
      ],
    },
    root,
    boot,
    esp,
    fstab: `LABEL=cloudimg-rootfs / ext4 defaults 0 1\nLABEL=BOOT /boot ext4 defaults 0 2\nLABEL=UEFI /boot/efi vfat umask=0077 0 1\n`,
  };
}

/** As older images: one active partition in a dos table, boot loader in the gap before it. */
function dosLike(): VendorDisk {
  const root: Partition = { number: 1, start: SECTORS, size: 150 * SECTORS, type: '83', bootable: true };
  return {
    table: { label: 'dos', id: '0x12345678', partitions: [root] },
    root,
    fstab: `UUID=${ROOT_UUID} / ext4 defaults 0 1\n`,
  };
}

async function bytes(path: string, offset: number, length: number): Promise<Buffer> {
  const file = await open(path, 'r');
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
  await file.close();
  return buffer;
}

describe('vendor cloud images', () => {
  let base: string;
  let serial = 0;

  before(async () => {
    base = await mkdtemp(join(tmpdir(), 'bake-cloud-'));
  });
  after(() => rm(base, { recursive: true, force: true }));

  async function workDirectory(): Promise<string> {
    const work = join(base, String(serial++));
    await mkdir(work);
    return work;
  }

  async function makeVendorDisk(
    { table, root, boot, esp, fstab }: VendorDisk,
    extra?: string,
  ): Promise<{ path: string; tree: string }> {
    const work = await workDirectory();
    const tree = join(work, 'tree');
    const path = join(work, 'vendor.raw');
    await makeFakeTree(tree);
    if (extra !== undefined) await run('cp', ['-r', extra, join(tree, 'extra')]);
    await writeFile(join(tree, 'etc/fstab'), fstab);
    await mkdir(join(tree, 'boot/grub'));
    await writeFile(join(tree, 'boot/grub/grub.cfg'), VENDOR_CONFIG);
    await writeFile(path, '');
    await truncate(path, 160 * MIB);
    await run('dd', ['if=/dev/urandom', `of=${path}`, 'bs=440', 'count=1', 'conv=notrunc']);
    await writeTable(path, table, run);
    await run('dd', ['if=/dev/urandom', `of=${path}`, 'bs=512', 'seek=64', 'count=100', 'conv=notrunc']);
    if (esp) await makeEsp(regionOf(path, esp), '1234ABCD', join(tree, 'bin/sh'), run);
    if (boot) {
      await makeExt4(regionOf(path, boot), { uuid: BOOT_UUID, label: 'BOOT' }, join(tree, 'boot'), run);
      await run('mv', [join(tree, 'boot'), join(work, 'boot')]);
      await mkdir(join(tree, 'boot'));
    }
    await makeExt4(regionOf(path, root), { uuid: ROOT_UUID, label: 'cloudimg-rootfs' }, tree, run);
    return { path, tree };
  }

  async function openImage(image: string): Promise<CloudImage> {
    const sha256 = createHash('sha256')
      .update(await readFile(image))
      .digest('hex');
    return openCloudImage({ image, sha256, work: await workDirectory() }, { run });
  }

  it('finds the root by what it holds, and keeps all of it', async () => {
    const { path, tree } = await makeVendorDisk(ubuntuLike());
    const qcow2 = join(base, 'vendor.qcow2');
    await run('qemu-img', ['convert', '-O', 'qcow2', path, qcow2]);
    const image = await openImage(qcow2);
    assert.deepEqual(image.layout.root, { partition: 1, uuid: ROOT_UUID, label: 'cloudimg-rootfs' });
    assert.deepEqual(image.layout.boot, { partition: 16, uuid: BOOT_UUID, label: 'BOOT' });
    assert.deepEqual(image.layout.kernels, [MARKS.kernel, MARKS.olderKernel]);
    assert.equal(image.layout.sizeBytes, 160 * MIB);
    const original = await describeData(tree);
    assert.match(original, /cap_net_raw=ep\nkept\nlinked\nsparse$/);
    assert.equal(await describeData(image.tree), original);
    assert.equal(await readFile(join(image.tree, 'boot/grub/grub.cfg'), 'utf8'), VENDOR_CONFIG);
    assert.deepEqual(JSON.parse(JSON.stringify(image.layout)), image.layout);
  });

  it('grows the root to its disk and leaves everything before it as it was', async () => {
    const vendor = ubuntuLike();
    const { path } = await makeVendorDisk(vendor);
    const image = await openImage(path);
    await writeFile(join(image.tree, 'data/new'), 'x'.repeat(1000));
    const original = await describeData(image.tree);
    const disk = await refillCloudImage(
      { image, work: await workDirectory(), diskSizeBytes: 1024 * MIB },
      { run },
    );

    const table = await readTable(disk.path, run);
    const before = await readTable(path, run);
    const others = ({ partitions }: PartitionTable) => partitions.filter(({ number }) => number !== 1);
    assert.equal(table.id, before.id);
    assert.deepEqual(others(table), others(before));
    const [root, formerRoot] = [table, before].map(({ partitions }) =>
      partitions.find(({ number }) => number === 1),
    );
    assert.ok(root && formerRoot && vendor.esp && vendor.boot);
    assert.deepEqual({ ...root, size: 0 }, { ...formerRoot, size: 0 });
    assert.ok(root.start + root.size > (1024 - 3) * SECTORS);
    assert.match((await run('sfdisk', ['--verify', disk.path])).stdout, /No errors detected/);

    for (const [offset, length] of [
      [0, 440],
      [64 * 512, 100 * 512],
      [MIB, 4 * MIB],
      [vendor.esp.start * 512, 40 * MIB],
    ] as const) {
      assert.ok(
        (await bytes(disk.path, offset, length)).equals(await bytes(path, offset, length)),
        `at ${offset}`,
      );
    }
    for (const partition of [root, vendor.boot])
      await run('e2fsck', ['-f', '-n', insideDisk(regionOf(disk.path, partition))]);
    assert.deepEqual(await readContent(regionOf(disk.path, root)), {
      kind: 'ext',
      uuid: ROOT_UUID,
      label: 'cloudimg-rootfs',
    });

    const again = await openImage(disk.path);
    assert.equal(await describeData(again.tree), original);
    assert.equal(await readFile(join(again.tree, 'boot/grub/grub.cfg'), 'utf8'), VENDOR_CONFIG);
    const { stdout } = await run('debugfs', ['-R', 'ls -p /boot', insideDisk(regionOf(disk.path, root))]);
    assert.doesNotMatch(stdout, /vmlinuz/, '/boot of the root file system is a mount point only');
  });

  it('writes grub.cfg anew when the kernels changed, for a /boot of its own', async () => {
    const image = await openImage((await makeVendorDisk(ubuntuLike())).path);
    await addKernel(image.tree, '6.9.1-amd64');
    await writeFile(join(image.tree, 'etc/default/grub'), 'GRUB_CMDLINE_LINUX_DEFAULT="console=ttyS0"\n');
    const disk = await refillCloudImage(
      { image, work: await workDirectory(), diskSizeBytes: 160 * MIB },
      { run },
    );
    const again = await openImage(disk.path);
    const config = await readFile(join(again.tree, 'boot/grub/grub.cfg'), 'utf8');
    assert.match(config, new RegExp(`--set=root ${BOOT_UUID}\n`));
    assert.match(
      config,
      new RegExp(
        `\tlinux /vmlinuz-6.9.1-amd64 root=UUID=${ROOT_UUID} ro console=ttyS0\n\tinitrd /initrd.img-6.9.1-amd64\n`,
      ),
    );
    assert.deepEqual(again.layout.kernels, ['6.9.1-amd64', MARKS.kernel, MARKS.olderKernel]);
  });

  it('handles a dos table with its boot loader in the gap', async () => {
    const { path, tree } = await makeVendorDisk(dosLike());
    const image = await openImage(path);
    const disk = await refillCloudImage(
      { image, work: await workDirectory(), diskSizeBytes: 512 * MIB },
      { run },
    );
    const table = await readTable(disk.path, run);
    assert.equal(table.id, '0x12345678');
    assert.equal(table.partitions[0]?.bootable, true);
    assert.ok((table.partitions[0]?.size ?? 0) > 500 * SECTORS);
    assert.ok((await bytes(disk.path, 0, 440)).equals(await bytes(path, 0, 440)));
    assert.ok((await bytes(disk.path, 64 * 512, 100 * 512)).equals(await bytes(path, 64 * 512, 100 * 512)));
    assert.equal(await describeData((await openImage(disk.path)).tree), await describeData(tree));
  });

  it('replays the journal of a file system that was not unmounted', async () => {
    const vendor = dosLike();
    const { path } = await makeVendorDisk(vendor);
    const region = insideDisk(regionOf(path, vendor.root));
    const { stdout: block } = await run('debugfs', ['-R', 'bmap /data/one 0', region]);
    // A transaction that is in the journal only: other content for the block of /data/one.
    await writeFile(join(base, 'block'), Buffer.concat([Buffer.from('newest\n'), Buffer.alloc(4089)]));
    await writeFile(join(base, 'transaction'), `jo\njw -b ${block} ${join(base, 'block')}\njc\n`);
    await run('debugfs', ['-w', '-f', join(base, 'transaction'), region]);
    assert.match((await run('dumpe2fs', ['-h', region])).stdout, /needs_recovery/);
    assert.equal(await readFile(join((await openImage(path)).tree, 'data/one'), 'utf8'), 'newest\n');
  });

  it('leaves no process and no mount when stopped in the middle', async () => {
    const many = join(base, 'many');
    await mkdir(many);
    await run('bash', ['-c', 'for n in {1..4000}; do echo > "$1/$n"; done', 'many', many]);
    const { path } = await makeVendorDisk(dosLike(), many);
    const sha256 = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    const stop = new AbortController();
    const work = await workDirectory();
    const opening = openCloudImage(
      { image: path, sha256, work },
      {
        run: (command, args, options) => {
          if (command === 'setpriv') setTimeout(() => stop.abort(), 400);
          return run(command, args, options);
        },
        signal: stop.signal,
      },
    );
    await assert.rejects(opening, (error: unknown) => error instanceof ToolFailure && error.aborted);
    const { stdout } = await run('bash', [
      '-c',
      'cat /proc/[0-9]*/cmdline /proc/[0-9]*/mounts 2>/dev/null | tr "\\0" " "',
    ]);
    assert.ok(!stdout.includes(`${work}/head.raw`));
    assert.ok(!(await readdir(work)).includes('head.raw.ext4'));
  });

  describe('refuses, with the reason', () => {
    const refused = async (vendor: VendorDisk, message: RegExp) => {
      const { path } = await makeVendorDisk(vendor);
      await assert.rejects(openImage(path), { name: 'DiskError', message });
    };

    it('a wrong checksum', async () => {
      const { path } = await makeVendorDisk(dosLike());
      const work = await workDirectory();
      await assert.rejects(openCloudImage({ image: path, sha256: '00'.repeat(32), work }, { run }), {
        name: 'DiskError',
        message: /its sha256 is [0-9a-f]{64}, not 0000/,
      });
    });

    it('an image that stands on another file', async () => {
      const { path } = await makeVendorDisk(dosLike());
      const overlay = join(base, 'overlay.qcow2');
      await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', path, '-F', 'raw', overlay]);
      await assert.rejects(openImage(overlay), { name: 'DiskError', message: /stands on another file/ });
    });

    it('something that is no disk', async () => {
      const path = join(base, 'no-disk');
      await writeFile(path, Buffer.alloc(MIB, 'x'));
      await assert.rejects(openImage(path), { name: 'DiskError', message: /no partition table/ });
    });

    it('a root in something else than ext4', async () => {
      const vendor = dosLike();
      const { path } = await makeVendorDisk(vendor);
      for (const [kind, at, magic] of [
        ['xfs', 0, 'XFSB'],
        ['btrfs', 0x10040, '_BHRfS_M'],
        ['lvm', 512, 'LABELONE'],
        ['luks', 0, 'LUKS\xba\xbe'],
      ] as const) {
        const front = Buffer.alloc(128 * 1024);
        front.write(magic, at, 'latin1');
        const file = await open(path, 'r+');
        await file.write(front, 0, front.length, vendor.root.start * 512);
        await file.close();
        const message = new RegExp(`no ext4 root file system \\(partitions are 1: ${kind}\\)`);
        await assert.rejects(openImage(path), { name: 'DiskError', message });
      }
    });

    it('a partition after the root', async () => {
      const vendor = ubuntuLike();
      const last = gpt(3, 158, 1, LINUX);
      await refused(
        { ...vendor, table: { ...vendor.table, partitions: [...vendor.table.partitions, last] } },
        /partition 3 .* after the root/,
      );
    });

    it('a /home of its own', async () => {
      const vendor = ubuntuLike();
      await refused(
        { ...vendor, fstab: vendor.fstab.replace('/boot ', '/home ') },
        /\/home on a partition of its own \(16\)/,
      );
    });

    it('a /boot that is not on the disk', async () => {
      const vendor = ubuntuLike();
      await refused(
        { ...vendor, fstab: vendor.fstab.replace('LABEL=BOOT', '/dev/sdb1') },
        /mounts \/dev\/sdb1 at \/boot/,
      );
    });

    it('a disk smaller than the vendor made it', async () => {
      const image = await openImage((await makeVendorDisk(dosLike())).path);
      await assert.rejects(refillCloudImage({ image, work: base, diskSizeBytes: 128 * MIB }, { run }), {
        name: 'DiskError',
        message: /at least that, not 134217728/,
      });
    });
  });
});
