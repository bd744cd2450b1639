import assert from 'node:assert/strict';
import { mkdir, open, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../../src/adapters/process.ts';
import { openDirectory } from '../../src/verify/image/directory.ts';
import { openExt4, UnreadableFileSystem } from '../../src/verify/image/ext4.ts';
import { openImage, UnreadableImage } from '../../src/verify/image/open.ts';
import { type ImageReader, walkTree } from '../../src/verify/image/reader.ts';
import { makeDisk, withScratch, writeTree } from './synthetic-image.ts';

/** A tree with what makes reading hard: holes, many names, long links, deep paths, large files. */
async function hardTree(root: string): Promise<void> {
  const many = Object.fromEntries(
    Array.from({ length: 3000 }, (_, n) => [`/many/a-rather-long-file-name-${n}`, `${n}`]),
  );
  const pattern = Buffer.alloc(5_000_000, 'all work and no play ');
  await writeTree(root, {
    ...many,
    '/etc/os-release': 'ID=debian\n',
    '/usr/bin/tool': '#!/bin/sh\n',
    '/bin': '-> usr/bin',
    '/short': '-> /etc/os-release',
    '/long': `-> ${'../'.repeat(40)}etc/os-release`,
    '/loop-a': '-> loop-b',
    '/loop-b': '-> loop-a',
    '/dangling': '-> nowhere',
    '/large': pattern,
    '/naïve name\twith "things"': 'x',
    '/empty': '',
    [`/${'deep/'.repeat(60)}leaf`]: 'leaf',
  });
  // Holes in every level of a block map, and data behind them.
  const sparse = join(root, 'sparse');
  await writeFile(sparse, 'start');
  await truncate(sparse, 20_000_000);
  const file = await open(sparse, 'r+');
  await file.write('middle', 6_000_000);
  await file.close();
}

async function assertSameTree(actual: ImageReader, expected: ImageReader): Promise<void> {
  let count = 0;
  for await (const { path, stat } of walkTree(expected, '/')) {
    const found = await actual.lstat(path);
    assert.deepEqual(
      { ...found, size: stat.type === 'directory' ? 0 : found?.size },
      { ...stat, size: stat.type === 'directory' ? 0 : stat.size },
      path,
    );
    assert.deepEqual(await actual.readLink(path), await expected.readLink(path), path);
    assert.deepEqual(await actual.read(path), await expected.read(path), path);
    count += 1;
  }
  assert.ok(count > 3000);
  const names = (await actual.list('/')).filter((name) => name !== 'lost+found');
  assert.deepEqual(names, await expected.list('/'));
}

for (const [title, mke2fs] of [
  ['ext4', ['-t', 'ext4']],
  [
    'ext4 without 64bit and metadata checksums, 1 KiB blocks',
    ['-t', 'ext4', '-b', '1024', '-O', '^64bit,^metadata_csum'],
  ],
  ['ext3 with 1 KiB blocks (block maps of three levels)', ['-t', 'ext3', '-b', '1024']],
  ['ext2 with inodes of 128 bytes', ['-t', 'ext2', '-I', '128']],
] as const) {
  test(`the reader sees what the directory holds: ${title}`, async () => {
    await withScratch(async (scratch) => {
      const tree = join(scratch, 'tree');
      await mkdir(tree);
      await hardTree(tree);
      const { path, offset } = await makeDisk(tree, join(scratch, 'disk.raw'), { mke2fs: [...mke2fs] });
      const file = await open(path, 'r');
      try {
        await assertSameTree(await openExt4(file, offset), openDirectory(tree));
      } finally {
        await file.close();
      }
    });
  });
}

test('links are followed inside the image, and their dead ends are no error', async () => {
  await withScratch(async (scratch) => {
    await writeTree(scratch, {
      '/etc/target': 'inside',
      '/etc/up': '-> ../../../../../etc/target',
      '/abs': '-> /etc/target',
      '/dir': '-> etc',
      '/loop': '-> loop',
    });
    const reader = openDirectory(scratch);
    for (const path of ['/etc/up', '/abs', '/dir/target', '/dir/../etc/./target']) {
      assert.equal((await reader.read(path))?.toString(), 'inside', path);
    }
    assert.equal((await reader.lstat('/abs'))?.type, 'symlink');
    assert.equal((await reader.stat('/abs'))?.type, 'file');
    for (const path of ['/loop', '/nothing', '/etc/target/below', '/etc/passwd']) {
      assert.equal(await reader.stat(path), undefined, path);
      assert.equal(await reader.read(path), undefined, path);
      assert.deepEqual(await reader.list(path), [], path);
    }
  });
});

test('an image is opened by its content: raw, qcow2, and a root of the plain Linux type', async () => {
  await withScratch(async (scratch) => {
    const tree = join(scratch, 'tree');
    await writeTree(tree, { '/usr/lib/os-release': 'ID=debian\n' });
    for (const type of ['4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709', '0FC63DAF-8483-4772-8E79-3D69D8477DE4']) {
      const { path } = await makeDisk(tree, join(scratch, 'disk.raw'), { type, sizeMiB: 32 });
      const qcow2 = join(scratch, 'disk.qcow2');
      await run('qemu-img', ['convert', '-c', '-O', 'qcow2', path, qcow2]);
      for (const image of [path, qcow2]) {
        const opened = await openImage({ image, workDir: scratch, run });
        assert.equal((await opened.reader.read('/usr/lib/os-release'))?.toString(), 'ID=debian\n');
        await opened.close();
      }
    }
  });
});

test('what is no image of a machine is refused with the reason', async () => {
  await withScratch(async (scratch) => {
    const text = join(scratch, 'text');
    await writeFile(text, 'not an image\n');
    await assert.rejects(openImage({ image: text, workDir: scratch, run }), (error) => {
      assert.ok(error instanceof UnreadableImage);
      assert.match(error.message, /text: no GUID partition table found/);
      return true;
    });
    const tree = join(scratch, 'tree');
    await writeTree(tree, { '/vmlinuz': 'a boot partition\n' });
    const { path } = await makeDisk(tree, join(scratch, 'disk.raw'), { sizeMiB: 32 });
    await assert.rejects(
      openImage({ image: path, workDir: scratch, run }),
      /no partition holds an ext4 root/,
    );
  });
});

test('a file system that needs its journal is refused, and a cut-off image is noticed', async () => {
  await withScratch(async (scratch) => {
    const tree = join(scratch, 'tree');
    await writeTree(tree, { '/etc/os-release': 'ID=debian\n', '/etc/large': Buffer.alloc(3_000_000, 'x') });
    const { path, offset } = await makeDisk(tree, join(scratch, 'disk.raw'), { sizeMiB: 32 });
    const whole = await readFile(path);

    const dirty = Buffer.from(whole);
    const incompat = offset + 1024 + 96;
    dirty.writeUInt32LE(dirty.readUInt32LE(incompat) | 0x4, incompat);
    await writeFile(path, dirty);
    await assert.rejects(openImage({ image: path, workDir: scratch, run }), /not cleanly unmounted/);

    await writeFile(path, whole.subarray(0, offset + 100_000));
    const file = await open(path, 'r');
    await assert.rejects(async () => (await openExt4(file, offset)).read('/etc/large'), UnreadableFileSystem);
    await file.close();
  });
});
