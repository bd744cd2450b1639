import { chmod, copyFile, link, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from '../../src/adapters/process.ts';

/** Programs that making a disk runs inside the tree. */
const PROGRAMS = ['/bin/sh', '/bin/mkdir', '/bin/cp'];

/** What the fake tree holds to be found again on the disk. */
export const MARKS = {
  kernel: '6.1.0-9-amd64',
  olderKernel: '6.1.0-8-amd64',
  owner: 1234,
} as const;

/**
 * A root tree of a few megabytes: files that only look like kernels, and one of each thing that a copy loses easily.
 */
export async function makeFakeTree(tree: string): Promise<void> {
  for (const directory of [
    'boot',
    'etc/default',
    'usr/lib',
    'usr/sbin',
    'lost+found',
    'proc',
    'tmp',
    'data',
  ]) {
    await mkdir(join(tree, directory), { recursive: true });
  }
  // Directories of the working machine may be closed to others; a root directory must not be.
  await chmod(tree, 0o755);
  await chmod(join(tree, 'tmp'), 0o1777);
  for (const program of PROGRAMS) await copyWithLibraries(tree, program);
  for (const version of [MARKS.kernel, MARKS.olderKernel]) await addKernel(tree, version);
  await writeFile(join(tree, 'etc/os-release'), 'ID=debian\n');
  await writeFile(
    join(tree, 'etc/fstab'),
    '# UNCONFIGURED FSTAB FOR BASE SYSTEM\ntmpfs /data tmpfs size=1m 0 0\n',
  );

  const data = join(tree, 'data');
  await writeFile(join(data, 'one'), 'linked\n');
  await link(join(data, 'one'), join(data, 'two'));
  await symlink('one', join(data, 'symlink'));
  await writeFile(join(data, 'owned'), '', { mode: 0o640 });
  await run('chown', [`${MARKS.owner}:${MARKS.owner}`, join(data, 'owned')]);
  await writeFile(join(data, 'capable'), '', { mode: 0o755 });
  await run('setcap', ['cap_net_raw=ep', join(data, 'capable')]);
  await run('setfattr', ['-n', 'user.note', '-v', 'kept', join(data, 'owned')]);
  await run('truncate', ['-s', '8M', join(data, 'sparse')]);
  await run('mknod', [join(data, 'null'), 'c', '1', '3']);
}

/** This machine's GRUB, as the packages of a tree would bring it. */
export async function addGrub(tree: string): Promise<void> {
  await copyWithLibraries(tree, '/usr/bin/grub-mkimage');
  await mkdir(join(tree, 'usr/lib/grub'));
  await run('cp', ['-r', '/usr/lib/grub/i386-pc', '/usr/lib/grub/x86_64-efi', join(tree, 'usr/lib/grub')]);
}

export async function addKernel(tree: string, version: string): Promise<void> {
  await writeFile(join(tree, `boot/vmlinuz-${version}`), 'kernel');
  await writeFile(join(tree, `boot/initrd.img-${version}`), 'initrd');
}

async function copyWithLibraries(tree: string, program: string): Promise<void> {
  const { stdout } = await run('ldd', [program]);
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map((match) => match[1] ?? '');
  for (const path of [program, ...libraries]) {
    await mkdir(join(tree, dirname(path)), { recursive: true });
    await copyFile(path, join(tree, path));
  }
}

/** Facts about the files of /data that must survive, in words that two trees can be compared by. */
export async function describeData(tree: string): Promise<string> {
  const data = join(tree, 'data');
  const script = `cd "$1"; stat -c '%n %F %a %u:%g %h %s %t:%T' *; readlink symlink; getcap capable
    getfattr --only-values -n user.note owned; echo
    [ one -ef two ] && echo linked; [ "$(stat -c %b sparse)" -lt 64 ] && echo sparse`;
  return (await run('bash', ['-c', script, 'describe', data])).stdout;
}
