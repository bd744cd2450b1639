import { chmod, utimes, writeFile } from 'node:fs/promises';

/** Arguments of GNU tar for files that were made on the way: the same bytes whoever packs them and when. */
export const SAME_BYTES = ['--numeric-owner', '--owner=0', '--group=0', '--mode=u=rw,go=r', '--mtime=@0'];

/** The same for a root tree, whose owners, modes, times and attributes are kept. Headers hold no process id and no time of access. */
export const ROOT_TREE = [
  ...['--sort=name', '--format=posix', '--numeric-owner'],
  '--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime',
  ...['--xattrs', '--xattrs-include=*', '--acls'],
  // A tree from a vendor's image or with a disk made from it: what belongs to that disk alone.
  ...['--anchored', '--exclude=./boot/grub/*', '--exclude=./etc/fstab', '--exclude=./lost+found'],
];

/** gzip without name and time. */
export const GZIP = '--use-compress-program=gzip -n';

/** Writes a file that goes into an archive beside a root tree, whatever the umask. `time` is in seconds since the epoch. */
export async function placeFile(path: string, text: string, time: number): Promise<void> {
  await writeFile(path, text);
  await chmod(path, 0o644);
  await utimes(path, time, time);
}
