import assert from 'node:assert/strict';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileDigest } from '../../src/adapters/digest.ts';
import { run, type Run } from '../../src/adapters/process.ts';
import { IMAGE_FORMATS, type ImageFormat } from '../../src/catalog/image-formats.ts';
import { diskFormat } from '../../src/verify/image/open.ts';
import { compiled } from '../support/compile-text.ts';
import { ROOT } from '../support/programs.ts';
import { DISK, formatsOf, makeNoisyDisk, makeTree, output } from './support.ts';

describe('disk formats', () => {
  let base: string;
  let disk: string;
  let tree: string;
  let names: string[];
  const file = (name: string, of = 'one') => join(base, of, `worker.${name}`);
  before(async () => {
    base = await mkdtemp(join(tmpdir(), 'bake-formats-'));
    disk = join(base, 'disk.raw');
    tree = join(base, 'tree');
    await makeNoisyDisk(disk);
    await makeTree(tree);
    // Whatever the format, twice from the same disk and tree.
    for (const of of ['one', 'two'])
      names = await formatsOf(IMAGE_FORMATS, { disk, tree, workDir: join(base, of) });
  });
  after(() => rm(base, { recursive: true, force: true }));

  const QEMU: Readonly<Partial<Record<ImageFormat, string>>> = {
    qcow2: 'qcow2',
    raw: 'raw',
    vmdk: 'vmdk',
    vhd: 'vpc',
    vhdx: 'vhdx',
  };

  for (const [format, name] of Object.entries(QEMU)) {
    test(`${format}: QEMU reads it back, the same to the byte`, async () => {
      const info = JSON.parse(
        await output('qemu-img', 'info', '--output=json', '-f', name, file(format)),
      ) as Record<string, unknown>;
      assert.deepEqual([info['format'], info['virtual-size']], [name, DISK]);
      await output('qemu-img', 'compare', '-f', 'raw', '-F', name, disk, file(format));
      if (['qcow2', 'vmdk', 'vhdx'].includes(format))
        await output('qemu-img', 'check', '-f', name, file(format));
      assert.equal(await diskFormat(file(format)), name);
    });
  }

  test('vmdk, vhd, vhdx and the disk of the ova: other readers than QEMU’s see the same', async () => {
    await output('tar', '--extract', `--file=${file('ova')}`, `--directory=${base}`, 'worker.vmdk');
    const sha256 = await fileDigest(disk);
    const files = [file('vmdk'), file('vhd'), file('vhdx'), join(base, 'worker.vmdk')];
    assert.deepEqual(
      JSON.parse(await output('/usr/bin/python3', join(ROOT, 'test/formats/read-disk.py'), ...files)),
      files.map(() => sha256),
    );
  });

  test('vmdk: however short qemu-img’s content id is, ours has its line', async () => {
    for (const id of ['f', '1234567', '12345678']) {
      const shortened: Run = async (command, args, options) => {
        const result = await run(command, args, options);
        await rewriteDescriptor(args.at(-1) ?? '', (text) => text.replace(/^CID=.*$/m, `CID=${id}`));
        return result;
      };
      const of = { disk, tree, workDir: join(base, `cid-${id}`), run: shortened };
      await formatsOf(['vmdk'], of);
      assert.equal(
        await fileDigest(join(of.workDir, 'worker.vmdk')),
        await fileDigest(file('vmdk')),
        `content id ${id}`,
      );
    }
    const [head = ''] = (await descriptorOf(file('vmdk'))).split('\ncreateType');
    assert.match(head, /^# Disk DescriptorFile\nversion=1\nCID=[0-9a-f]{8}\nparentCID=ffffffff$/);
  });

  test('what is empty on the disk takes no room', async () => {
    for (const format of [...Object.keys(QEMU), 'raw.zst', 'gce.tar.gz', 'ova']) {
      const { blocks } = await stat(file(format));
      assert.ok(blocks * 512 < 48 * 2 ** 20, `${format}: ${blocks * 512} bytes`);
    }
  });

  test('the same disk and tree give the same bytes, but for qcow2 and vhdx', async () => {
    const differ: string[] = [];
    for (const name of names) {
      const [one, two] = [join(base, 'one', name), join(base, 'two', name)];
      if ((await fileDigest(one)) !== (await fileDigest(two))) differ.push(name);
    }
    assert.deepEqual(
      differ.filter((name) => name !== 'worker.qcow2'),
      ['worker.vhdx'],
    );
  });

  test('qcow2 is compressed by zstd', async () => {
    const info = JSON.parse(await output('qemu-img', 'info', '--output=json', file('qcow2'))) as {
      'format-specific': { data: Record<string, unknown> };
    };
    assert.equal(info['format-specific'].data['compression-type'], 'zstd');
  });

  test('raw.zst: zstd finds it whole, and unpacks the disk', async () => {
    await output('zstd', '-q', '-t', file('raw.zst'));
    await output('bash', '-c', 'zstd -q -d -c "$1" | cmp - "$2"', 'unpack', file('raw.zst'), disk);
  });

  test('vmdk: stream-optimised, of the virtual hardware that was asked for', async () => {
    assert.match(await output('file', '--brief', file('vmdk')), /^VMware4 disk image/);
    const descriptor = await descriptorOf(file('vmdk'));
    assert.match(descriptor, /^createType="streamOptimized"$/m);
    assert.match(descriptor, /^ddb\.virtualHWVersion = "15"$/m);
    assert.match(descriptor, /^RW 524288 SPARSE "worker\.vmdk"$/m);
    const of = compiled({ name: 'worker', image: { disk: '256MiB', ova: { hardwareVersion: 21 } } });
    await formatsOf(['vmdk'], { disk, tree, workDir: join(base, 'newer'), of });
    const newer = await descriptorOf(file('vmdk', 'newer'));
    assert.match(newer, /^ddb\.virtualHWVersion = "21"$/m);
  });

  test('vhd: fixed, as Azure wants it', async () => {
    const { size } = await stat(file('vhd'));
    assert.equal(size, DISK + 512);
    const footer = await tail(file('vhd'), 512);
    assert.equal(footer.toString('latin1', 0, 8), 'conectix');
    assert.equal(footer.readBigUInt64BE(16), 0xffff_ffff_ffff_ffffn, 'no dynamic header');
    assert.equal(footer.readUInt32BE(24), 0, 'no time');
    assert.deepEqual([footer.readBigUInt64BE(40), footer.readBigUInt64BE(48)], [BigInt(DISK), BigInt(DISK)]);
    assert.equal(footer.readUInt32BE(60), 2, 'type fixed');
    assert.notEqual(footer.toString('hex', 68, 84), '0'.repeat(32));
    // Another program's arithmetic.
    const script =
      'import sys; f = open(sys.argv[1], "rb"); f.seek(-512, 2); b = bytearray(f.read()); ' +
      's = int.from_bytes(b[64:68], "big"); b[64:68] = bytes(4); print(s == ~sum(b) & 0xffffffff)';
    assert.equal((await output('python3', '-c', script, file('vhd'))).trim(), 'True');
  });

  test('gce: disk.raw in an old GNU tar, with its holes', async () => {
    const archive = file('gce.tar.gz');
    assert.equal((await output('tar', '--list', '--file', archive)).trim(), 'disk.raw');
    const magic = await output('bash', '-c', 'gzip -dc "$1" | head -c 265 | tail -c 8', 'magic', archive);
    assert.equal(magic, 'ustar  \0', 'GNU’s own, not that of POSIX');
    const type = await output('bash', '-c', 'gzip -dc "$1" | head -c 157 | tail -c 1', 'type', archive);
    assert.equal(type, 'S', 'a member with holes, told in its header');
    await output('bash', '-c', 'tar -xzOf "$1" disk.raw | cmp - "$2"', 'unpack', archive, disk);
    // gzip's own header: flags and time.
    const start = await output('bash', '-c', 'head -c 8 "$1" | od -An -tx1', 'head', archive);
    assert.equal(start.trim(), '1f 8b 08 00 00 00 00 00');
  });

  test('a name says what is in a file', () => {
    assert.deepEqual(names, [
      'worker.qcow2',
      'worker.raw',
      'worker.raw.zst',
      'worker.vmdk',
      'worker.ova',
      'worker.vhd',
      'worker.vhdx',
      'worker.gce.tar.gz',
      'worker.lxd.tar.zst',
      'worker.wsl',
    ]);
  });
});

async function tail(path: string, bytes: number): Promise<Buffer> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    return (await handle.read(Buffer.alloc(bytes), 0, bytes, size - bytes)).buffer;
  } finally {
    await handle.close();
  }
}

/** Where qemu-img puts the descriptor of a stream-optimised VMDK, and how long that is. */
const DESCRIPTOR = { start: 512, bytes: 20 * 512 };

async function descriptorOf(path: string): Promise<string> {
  const handle = await open(path);
  try {
    const { buffer } = await handle.read(
      Buffer.alloc(DESCRIPTOR.bytes),
      0,
      DESCRIPTOR.bytes,
      DESCRIPTOR.start,
    );
    return buffer.toString('latin1').replace(/\0*$/, '');
  } finally {
    await handle.close();
  }
}

async function rewriteDescriptor(path: string, change: (text: string) => string): Promise<void> {
  const descriptor = Buffer.alloc(DESCRIPTOR.bytes);
  descriptor.write(change(await descriptorOf(path)), 'latin1');
  const handle = await open(path, 'r+');
  await handle.write(descriptor, 0, DESCRIPTOR.bytes, DESCRIPTOR.start).finally(() => handle.close());
}
