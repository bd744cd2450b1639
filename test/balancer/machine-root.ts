import { appendFileSync, chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execFileSync } from 'node:child_process';
import type { BalancerFile } from '../../src/balancer/file.ts';
import { SCRIPT_USER } from '../../src/balancer/keepalived.ts';

/**
 * A root tree that is this machine's with the given files laid over it, and the account that check scripts run as, so that
 * tools find everything at its real path. Mounts: call it in a mount namespace of the caller's own.
 */
export function machineRoot(folder: string, files: readonly BalancerFile[]): string {
  const [upper = '', work = '', root = ''] = ['upper', 'work', 'root'].map((name) => join(folder, name));
  mkdirSync(folder, { recursive: true });
  mount('-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', folder);
  for (const part of [upper, work, root]) mkdirSync(part);
  mkdirSync(join(upper, 'etc'));
  for (const table of ['passwd', 'group']) cpSync(`/etc/${table}`, join(upper, 'etc', table));
  appendFileSync(join(upper, 'etc/passwd'), `${SCRIPT_USER}:x:64001:64001::/nonexistent:/usr/sbin/nologin\n`);
  appendFileSync(join(upper, 'etc/group'), `${SCRIPT_USER}:x:64001:\n`);
  for (const { path, text, mode } of files) {
    mkdirSync(dirname(join(upper, path)), { recursive: true });
    writeFileSync(join(upper, path), text);
    chmodSync(join(upper, path), Number.parseInt(mode, 8));
  }
  mount('-t', 'overlay', 'overlay', '-o', `lowerdir=/,upperdir=${upper},workdir=${work}`, root);
  mount('--rbind', '/dev', join(root, 'dev'));
  mount('-t', 'proc', 'proc', join(root, 'proc'));
  // As the package's tmpfiles.d does.
  mkdirSync(join(root, 'run/haproxy'), { recursive: true });
  return root;
}

const mount = (...args: string[]): void => void execFileSync('mount', args);
