/** Small images made on the spot, for tests that look into them. */
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../../src/adapters/process.ts';

/** A file's text, a link (`-> target`), or a directory (the name ends in a slash). */
export type Files = Readonly<Record<string, string | Buffer>>;

/** A clean little Debian: what every case starts from. */
export const CLEAN: Files = {
  '/etc/os-release': 'ID=debian\n',
  '/etc/machine-id': '',
  '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\nops:x:1000:1000::/home/ops:/bin/bash\n',
  '/etc/group': 'root:x:0:\nadm:x:4:ops\nops:x:1000:\n',
  '/etc/shadow': 'root:*:20000:0:99999:7:::\nops:!:20000:0:99999:7:::\n',
  '/etc/gshadow': 'root:*::\nadm::: ops\nops:!::\n',
  '/etc/resolv.conf': '-> ../run/systemd/resolve/stub-resolv.conf',
  '/etc/hostname': '',
  '/etc/apt/apt.conf.d/70debconf': '// Acquire::http::Proxy "http://example.invalid";\n',
  '/var/lib/apt/lists/partial/': '',
  '/var/lib/apt/lists/lock': '',
  '/var/cache/apt/archives/lock': '',
  '/var/lib/cloud/seed/nocloud/meta-data': 'instance-id: x\n',
  '/var/lib/cloud/scripts/per-boot/': '',
  '/var/lib/dbus/machine-id': '-> /etc/machine-id',
  '/var/log/dpkg.log': '',
  '/var/log/README': '-> ../../usr/share/doc/systemd/README.logs',
  '/root/.bashrc': 'PS1=x\n',
  '/home/ops/': '',
  '/tmp/': '',
  '/var/tmp/': '',
  '/etc/kubernetes/manifests/': '',
  '/etc/iscsi/initiatorname.iscsi': 'GenerateName=yes\n',
  '/etc/nvme/discovery.conf': '# none\n',
};

/** Writes files below `root`. */
export async function writeTree(root: string, files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name);
    await mkdir(name.endsWith('/') ? path : dirname(path), { recursive: true });
    if (name.endsWith('/')) continue;
    if (typeof content === 'string' && content.startsWith('-> ')) await symlink(content.slice(3), path);
    else await writeFile(path, content);
  }
  await chmod(root, 0o755);
}

/** Runs with a scratch directory that is removed afterwards. */
export async function withScratch<T>(use: (scratch: string) => Promise<T>): Promise<T> {
  const scratch = await mkdtemp(join(tmpdir(), 'bake-test-verify-'));
  try {
    return await use(scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const MIB = 2 ** 20;

/**
 * A raw disk with a GPT like a baked image's: BIOS boot, EFI system, then the root file system filled from
 * `tree`. `mke2fs` adds arguments for the file system. Gives the path and the root's byte offset.
 */
export async function makeDisk(
  tree: string,
  path: string,
  { mke2fs = ['-t', 'ext4'], type = '4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709', sizeMiB = 64 } = {},
): Promise<{ readonly path: string; readonly offset: number }> {
  const offset = 8 * MIB;
  await writeFile(path, '');
  await truncate(path, sizeMiB * MIB);
  const table = [
    'label: gpt',
    'start=2048, size=2048, type=21686148-6449-6E6F-744E-656564454649',
    'start=4096, size=8192, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B',
    `start=${offset / 512}, type=${type}`,
  ];
  await run('sfdisk', ['--quiet', path], { input: `${table.join('\n')}\n` });
  const kib = (sizeMiB - 10) * 1024;
  await run('mke2fs', ['-q', '-F', ...mke2fs, '-d', tree, '-E', `offset=${offset}`, path, `${kib}k`]);
  return { path, offset };
}
