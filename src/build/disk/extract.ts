import { mkdir, rm } from 'node:fs/promises';
import type { Run } from '../../adapters/process.ts';
import type { Region } from './file-systems.ts';

/**
 * fuse2fs is a daemon and its mount outlives who made it. Both live in namespaces that the kernel clears away when their
 * first process ends. unshare itself does not heed SIGTERM, so a shell stands before it that does; each dies with the one
 * before it, us included.
 */
const IN_NAMESPACES = `
setpriv --pdeathsig KILL unshare --mount --propagation private --pid --fork --kill-child bash -c "$@"
exit
`;

/** cp says so when it can't keep an extended attribute; `cp -a` would not. */
const COPY = `set -euo pipefail
filesystem=$1 mount=$2 to=$3
fuse2fs -o ro,norecovery "$filesystem" "$mount"
cp -R -P --sparse=auto --preserve=mode,ownership,timestamps,links,xattr "$mount/." "$to"
umount "$mount"
`;

/** Copies all that an ext4 file system holds into the directory `to`; working files come and go beside the disk. */
export async function extractFileSystem({ disk, offset, size }: Region, to: string, run: Run): Promise<void> {
  const filesystem = `${disk}.ext4`;
  const mount = `${disk}.mnt`;
  await mkdir(mount, { recursive: true });
  await mkdir(to, { recursive: true });
  try {
    // A file of its own: libext2fs forgets the offset while it replays a journal, and vendors do leave journals to replay.
    await run('dd', [
      ...[`if=${disk}`, `of=${filesystem}`, 'bs=1M', 'conv=sparse', 'status=none'],
      ...['iflag=skip_bytes,count_bytes', `skip=${offset}`, `count=${size}`],
    ]);
    await run('e2fsck', ['-p', filesystem], { okCodes: [0, 1] });
    const copy = [COPY, 'copy', filesystem, mount, to];
    await run('setpriv', ['--pdeathsig', 'KILL', 'bash', '-c', IN_NAMESPACES, 'in-namespaces', ...copy]);
  } finally {
    await rm(filesystem, { force: true });
    await rm(mount, { recursive: true, force: true });
  }
}
