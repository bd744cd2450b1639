import assert from 'node:assert/strict';
import { lstat, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { compileText } from '../support/compile-text.ts';
import { DISK, formatsOf, INSTALLED, makeNoisyDisk, makeTree, output } from './support.ts';

describe('archives', () => {
  let base: string;
  let disk: string;
  let tree: string;
  const file = (name: string): string => join(base, 'out', `worker.${name}`);
  before(async () => {
    base = await mkdtemp(join(tmpdir(), 'bake-archives-'));
    disk = join(base, 'disk.raw');
    tree = join(base, 'tree');
    await makeNoisyDisk(disk);
    await makeTree(tree);
    await formatsOf(['ova', 'lxd', 'wsl'], { disk, tree, workDir: join(base, 'out') });
  });
  after(() => rm(base, { recursive: true, force: true }));

  async function unpack(archive: string, name: string): Promise<string> {
    const folder = join(base, name);
    await mkdir(folder);
    const flags = ['--xattrs', '--xattrs-include=*', '--numeric-owner', '--preserve-permissions'];
    await output('tar', '--extract', `--file=${archive}`, `--directory=${folder}`, ...flags);
    return folder;
  }

  /** Every path with type, mode, owner, size, links, time and target; without what belongs to a disk alone. */
  async function listing(root: string): Promise<string[]> {
    const format = '%P|%y|%m|%U:%G|%s|%n|%T@|%l\\n';
    const lines = (await output('find', root, '-printf', format)).split('\n');
    // A folder's size is the file system's business, and its time that of what was put into it.
    return lines
      .map((line) => line.replace(/^([^|]*\|d\|[^|]*\|[^|]*)\|.*$/, '$1'))
      .filter((line) => !/^(boot\/grub\/|etc\/fstab|lost\+found|etc\/wsl)/.test(line))
      .toSorted();
  }

  /** What find does not show: contents, capabilities and attributes. */
  async function contents(root: string): Promise<string> {
    const script =
      'cd "$1"; find data usr -type f -print0 | sort -z | xargs -0 sha256sum; stat -c %t:%T data/null; getcap -r data; getfattr -R -d data';
    return output('bash', '-c', script, 'contents', root);
  }

  test('ova: the description, the sums, the disk, in this order', async () => {
    const members = (await output('tar', '--list', '--file', file('ova'))).trim().split('\n');
    assert.deepEqual(members, ['worker.ovf', 'worker.mf', 'worker.vmdk']);
    const magic = await output('bash', '-c', 'head -c 265 "$1" | tail -c 8', 'magic', file('ova'));
    assert.equal(magic, 'ustar\u000000', 'of POSIX, as DSP0243 wants it');
    assert.match(await output('file', '--brief', file('ova')), /^POSIX tar archive$/m);
  });

  test('ova: sums as sha256sum finds them, and a disk as qemu-img does', async () => {
    const folder = await unpack(file('ova'), 'ova');
    const manifest = await readFile(join(folder, 'worker.mf'), 'utf8');
    const lines = [...manifest.matchAll(/^SHA256\((\S+)\)= ([0-9a-f]{64})$/gm)];
    assert.deepEqual(
      lines.map(([, name]) => name),
      ['worker.ovf', 'worker.vmdk'],
    );
    assert.equal(manifest.trim().split('\n').length, 2);
    for (const [, name = '', sum] of lines)
      assert.equal((await output('sha256sum', join(folder, name))).slice(0, 64), sum);
    await output('qemu-img', 'compare', '-f', 'raw', '-F', 'vmdk', disk, join(folder, 'worker.vmdk'));
    const ovf = await readFile(join(folder, 'worker.ovf'), 'utf8');
    const { size } = await lstat(join(folder, 'worker.vmdk'));
    assert.match(ovf, new RegExp(`ovf:href="worker.vmdk" ovf:id="file1" ovf:size="${size}"`));
    assert.match(ovf, new RegExp(`ovf:capacity="${DISK}"`));
  });

  test('lxd: metadata that LXD wants, and the whole tree', async () => {
    const folder = await unpack(file('lxd.tar.zst'), 'lxd');
    const metadata = parse(await readFile(join(folder, 'metadata.yaml'), 'utf8')) as {
      properties: Record<string, string>;
    };
    assert.deepEqual(metadata, {
      architecture: 'x86_64',
      creation_date: INSTALLED,
      properties: {
        name: 'worker',
        description: 'worker: worker on Debian 13 (trixie)',
        os: 'debian',
        release: 'trixie',
        architecture: 'x86_64',
      },
    });
    const [first = ''] = (await output('tar', '--list', '--file', file('lxd.tar.zst'))).split('\n');
    assert.equal(first, 'metadata.yaml', 'found without reading all of it');
    assert.deepEqual(await listing(join(folder, 'rootfs')), await listing(tree));
    const original = await contents(tree);
    assert.match(original, /^1:3$\n.*cap_net_raw=ep$\n.*\nuser\.note="kept"$/m);
    assert.equal(await contents(join(folder, 'rootfs')), original);
  });

  test('wsl: the whole tree at the top, and settings that start systemd', async () => {
    const folder = await unpack(file('wsl'), 'wsl');
    assert.deepEqual(await listing(folder), await listing(tree));
    assert.equal(await contents(folder), await contents(tree));
    assert.equal(await readFile(join(folder, 'etc/wsl.conf'), 'utf8'), '[boot]\nsystemd=true\n');
    const script =
      'import configparser, sys; c = configparser.ConfigParser(); c.read(sys.argv[1]); print(c["oobe"]["defaultName"])';
    const name = await output('python3', '-c', script, join(folder, 'etc/wsl-distribution.conf'));
    assert.equal(name.trim(), 'worker');
  });

  test('what belongs to a disk alone is in neither', async () => {
    for (const folder of [join(base, 'lxd/rootfs'), join(base, 'wsl')])
      for (const path of ['etc/fstab', 'boot/grub/i386-pc'])
        await assert.rejects(lstat(join(folder, path)), { code: 'ENOENT' });
    assert.ok((await lstat(join(base, 'wsl/boot/vmlinuz-6.1.0-9-amd64'))).isFile());
  });

  test('wsl: settings that the profile wrote stay', async () => {
    const other = join(base, 'other');
    await output('cp', '-a', tree, other);
    await writeFile(join(other, 'etc/wsl.conf'), '[boot]\nsystemd=true\ncommand=true\n');
    await formatsOf(['wsl'], { disk, tree: other, workDir: join(base, 'out-2') });
    const archive = join(base, 'out-2/worker.wsl');
    const members = (await output('tar', '--list', '--file', archive)).split('\n');
    assert.equal(members.filter((member) => member === './etc/wsl.conf').length, 1);
    assert.match(await output('tar', '-xOf', archive, './etc/wsl.conf'), /command=true/);
  });

  test('stand-ins are told', async () => {
    const of = compileText('extends: worker\nname: worker\nimage: { disk: 256MiB }\n', {}, true).value;
    assert.ok(of);
    await formatsOf(['ova', 'lxd'], { disk, tree, workDir: join(base, 'out-3'), of });
    const metadata = await output('tar', '-xOf', join(base, 'out-3/worker.lxd.tar.zst'), 'metadata.yaml');
    assert.match(metadata, /STAND-INS/);
    assert.match(await output('tar', '-xOf', join(base, 'out-3/worker.ova'), 'worker.ovf'), /STAND-INS/);
  });
});
