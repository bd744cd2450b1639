import assert from 'node:assert/strict';
import { mkdir, mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { run } from '../../src/adapters/process.ts';
import { assembleDisk, type AssembledDisk } from '../../src/build/disk/assemble.ts';
import { insideDisk, readContent, regionOf } from '../../src/build/disk/file-systems.ts';
import { diskIdentity } from '../../src/build/disk/identity.ts';
import { PARTITION_TYPE, readTable, type Partition } from '../../src/build/disk/partition-table.ts';
import { addKernel, makeFakeTree, MARKS, addGrub } from './fake-tree.ts';

const GIB = 2 ** 30;

describe('assembleDisk', () => {
  let base: string;
  let tree: string;
  let disk: AssembledDisk;

  const assemble = (work: string, diskSizeBytes = GIB) =>
    assembleDisk({ tree, work, diskSizeBytes, arch: 'amd64', seed: 'plan hash' }, { run });

  async function partitions(path: string): Promise<[Partition, Partition, Partition]> {
    const { partitions: found } = await readTable(path, run);
    assert.equal(found.length, 3);
    return found as [Partition, Partition, Partition];
  }

  async function bytesAt(path: string, offset: number, length: number): Promise<Buffer> {
    const file = await open(path, 'r');
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
    await file.close();
    return buffer;
  }

  before(async () => {
    base = await mkdtemp(join(tmpdir(), 'bake-assemble-'));
    tree = join(base, 'tree');
    await makeFakeTree(tree);
    await addGrub(tree);
    disk = await assemble(base);
  });
  after(() => rm(base, { recursive: true, force: true }));

  it('lays out BIOS-boot, EFI system and root partition, root last and up to the end', async () => {
    const table = await readTable(disk.path, run);
    assert.equal(table.label, 'gpt');
    assert.equal(table.id.toLowerCase(), disk.identity.disk);
    const [bios, esp, root] = await partitions(disk.path);
    assert.deepEqual([bios.start, bios.size, bios.type], [2048, 2048, PARTITION_TYPE.biosBoot]);
    assert.deepEqual([esp.start, esp.size, esp.type], [4096, 131072, PARTITION_TYPE.esp]);
    assert.deepEqual([root.start, root.type], [135168, PARTITION_TYPE.rootAmd64]);
    assert.equal(root.uuid?.toLowerCase(), disk.identity.root);
    assert.ok(GIB / 512 - (root.start + root.size) <= 2048 + 33);
    const { stdout } = await run('sfdisk', ['--verify', disk.path]);
    assert.match(stdout, /No errors detected/);
  });

  it('leaves a sparse file', async () => {
    const { size, blocks } = await stat(disk.path);
    assert.equal(size, GIB);
    assert.ok(blocks * 512 < 128 * 1024 * 1024, `${blocks * 512} bytes on disk`);
  });

  it('writes boot code that finds core.img in its partition', async () => {
    const mbr = await bytesAt(disk.path, 0, 512);
    assert.equal(mbr.readBigUInt64LE(0x5c), 2048n);
    assert.equal(mbr.readUInt16LE(0x66), 0x9090);
    assert.equal(mbr.readUInt16LE(0x1fe), 0xaa55);
    assert.equal(mbr.readUInt8(0x1be + 4), 0xee, 'protective partition');
    const core = await readFile(join(tree, 'boot/grub/i386-pc/core.img'));
    const written = await bytesAt(disk.path, 2048 * 512, core.length);
    assert.equal(written.readBigUInt64LE(0x1f4), 2049n);
    assert.ok(written.subarray(512).equals(core.subarray(512)));
    const sectors = written.readUInt16LE(0x1f4 + 8);
    assert.equal(sectors, Math.ceil(core.length / 512) - 1);
  });

  it('puts an EFI application where firmware falls back to', async () => {
    const [, esp] = await partitions(disk.path);
    const copy = join(base, 'BOOTX64.EFI');
    const image = `${disk.path}@@${esp.start * 512}`;
    await run('mcopy', ['-n', '-i', image, '::/EFI/BOOT/BOOTX64.EFI', copy]);
    const loader = await readFile(copy);
    assert.equal(loader.toString('latin1', 0, 2), 'MZ');
    assert.ok(loader.includes(`search.fs_uuid ${disk.identity.rootFs} root`));
    const { stdout } = await run('blkid', ['-p', '-o', 'export', '-O', String(esp.start * 512), disk.path]);
    const id = disk.identity.espVolumeId;
    assert.match(stdout, new RegExp(`^UUID=${id.slice(0, 4)}-${id.slice(4)}$`, 'm'));
    assert.match(stdout, /^VERSION=FAT32$/m);
  });

  it('makes a clean root file system with features that Ubuntu 22.04 knows', async () => {
    const [, , root] = await partitions(disk.path);
    const region = regionOf(disk.path, root);
    await run('e2fsck', ['-f', '-n', insideDisk(region)]);
    const content = await readContent(region);
    assert.deepEqual(content, { kind: 'ext', uuid: disk.identity.rootFs, label: 'root' });
    const { stdout } = await run('dumpe2fs', ['-h', insideDisk(region)]);
    const features = /^Filesystem features:\s+(.*)$/m.exec(stdout)?.[1]?.split(/\s+/) ?? [];
    assert.ok(features.includes('metadata_csum'));
    assert.ok(!features.includes('orphan_file') && !features.includes('metadata_csum_seed'));
    const { stdout: rootDirectory } = await run('debugfs', ['-R', 'stat /', insideDisk(region)]);
    assert.match(rootDirectory, /Mode: {2}0755/);
    assert.match(rootDirectory, /User: {5}0 {3}Group: {5}0/);
  });

  it('configures GRUB for the newest kernel, and fstab for this disk, keeping other mounts', async () => {
    const config = await readFile(join(tree, 'boot/grub/grub.cfg'), 'utf8');
    const linux = config.split('\n').filter((line) => line.startsWith('\tlinux'));
    const args = `root=UUID=${disk.identity.rootFs} ro console=tty0 console=ttyS0,115200`;
    assert.deepEqual(linux, [
      `\tlinux /boot/vmlinuz-${MARKS.kernel} ${args}`,
      `\tlinux /boot/vmlinuz-${MARKS.olderKernel} ${args}`,
    ]);
    await run('grub-script-check', [join(tree, 'boot/grub/grub.cfg')]);
    const id = disk.identity.espVolumeId;
    assert.deepEqual((await readFile(join(tree, 'etc/fstab'), 'utf8')).split('\n'), [
      `UUID=${disk.identity.rootFs} / ext4 errors=remount-ro 0 1`,
      `UUID=${id.slice(0, 4)}-${id.slice(4)} /boot/efi vfat umask=0077,nofail 0 0`,
      'tmpfs /data tmpfs size=1m 0 0',
      '',
    ]);
  });

  it('takes kernel arguments from an /etc/default/grub that is there, and counts 10 above 9', async () => {
    const other = join(base, 'other-tree');
    const work = join(base, 'other');
    await mkdir(work);
    await makeFakeTree(other);
    await addGrub(other);
    await addKernel(other, '6.1.0-10-amd64');
    await writeFile(join(other, 'etc/default/grub'), 'GRUB_CMDLINE_LINUX="console=ttyS1 mitigations=auto"\n');
    await assembleDisk({ tree: other, work, diskSizeBytes: GIB, arch: 'amd64', seed: 's' }, { run });
    const config = await readFile(join(other, 'boot/grub/grub.cfg'), 'utf8');
    const root = diskIdentity('s').rootFs;
    assert.equal(
      config.split('\n').find((line) => line.startsWith('\tlinux')),
      `\tlinux /boot/vmlinuz-6.1.0-10-amd64 root=UUID=${root} ro console=ttyS1 mitigations=auto`,
    );
  });

  it('gives the same table, boot loaders and configuration the second time', async () => {
    const front = async () => await bytesAt(disk.path, 0, 4096 * 512);
    const files = async () =>
      await Promise.all(
        ['etc/fstab', 'boot/grub/grub.cfg', 'boot/grub/x86_64-efi/core.efi'].map((path) =>
          readFile(join(tree, path), 'hex'),
        ),
      );
    const [firstFront, firstFiles] = [await front(), await files()];
    await assemble(base);
    assert.ok((await front()).equals(firstFront));
    assert.deepEqual(await files(), firstFiles);
  });
});
