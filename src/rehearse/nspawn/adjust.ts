import { access, chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Ground } from '../ground.ts';
import { networkConfigOf, type Machine } from '../machine.ts';
import { ENGINE_FOLDER, INIT } from './scripts.ts';

const SEED_FOLDER = '/var/lib/cloud/seed/nocloud';

/** Runtimes and where they keep layers of container images. Debian's own Docker is in sbin. */
const RUNTIMES = [
  { programs: ['usr/bin/containerd', 'usr/local/bin/containerd'], folder: '/var/lib/containerd' },
  { programs: ['usr/bin/dockerd', 'usr/sbin/dockerd', 'usr/local/bin/dockerd'], folder: '/var/lib/docker' },
  { programs: ['usr/bin/crio', 'usr/local/bin/crio'], folder: '/var/lib/containers' },
];

/** What a machine has to be told of where it runs. */
export interface Surroundings {
  readonly gateway: string;
  /** Whether this computer lets processes lower oom_score_adj (CAP_SYS_RESOURCE). */
  readonly canLowerOomScore: boolean;
}

/**
 * Puts into a machine's own tree what its image can't have: the seed, and what a container differs in from a computer. `tree`
 * is the mounted tree, as it can be opened from here.
 */
export async function adjust(machine: Machine, tree: string, host: Surroundings): Promise<void> {
  const seed = {
    ...machine.seed,
    'network-config': networkConfigOf(machine, { gateway: host.gateway, byName: true }),
  };
  for (const [name, text] of Object.entries(seed)) await put(tree, join(SEED_FOLDER, name), text, 0o600);
  await put(tree, join(ENGINE_FOLDER, 'init'), INIT, 0o755);
  // The kernel's log is this computer's.
  await put(tree, '/etc/systemd/journald.conf.d/90-rehearsal.conf', '[Journal]\nReadKMsg=no\n', 0o644);
  const containerd = join(tree, 'etc/containerd/config.toml');
  if (!host.canLowerOomScore && (await exists(containerd)))
    await writeFile(containerd, withoutOomScores(await readFile(containerd, 'utf8')));
}

/** The folders of a tree that can't lie on overlayfs, since container runtimes put overlays of their own upon them. */
export async function plainFolders(tree: string): Promise<string[]> {
  const found: string[] = [];
  for (const { programs, folder } of RUNTIMES)
    if ((await firstOf(tree, programs)) !== undefined) found.push(folder);
  return found;
}

/** Copies what the image has in a folder to a plain one of the machine's own. Paths are the ground's. */
export async function copyFolder(ground: Ground, from: string, to: string): Promise<void> {
  const copy = 'mkdir -p "$2"; if [ -d "$1" ]; then cp -a --reflink=auto "$1/." "$2"; fi';
  await ground.run('sh', ['-ec', copy, 'copy', from, to]);
}

/**
 * containerd's configuration for a computer that withholds CAP_SYS_RESOURCE: runc can't lower oom_score_adj there, and
 * fails with "can't get final child's PID from pipe: EOF" (containerd docs/cri/config.md: restrict_oom_score_adj). It goes
 * into the file itself, since an imported file takes the place of whole tables.
 */
export function withoutOomScores(toml: string): string {
  const plugin = /^version = 3$/m.test(toml) ? 'io.containerd.cri.v1.runtime' : 'io.containerd.grpc.v1.cri';
  const header = new RegExp(`^\\[plugins\\.["']${plugin.replaceAll('.', '\\.')}["']\\]$`, 'm');
  const line = 'restrict_oom_score_adj = true';
  return header.test(toml)
    ? toml.replace(header, (found) => `${found}\n${line}`)
    : `${toml}\n[plugins."${plugin}"]\n${line}\n`;
}

async function put(tree: string, path: string, text: string, mode: number): Promise<void> {
  const file = join(tree, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text, { mode });
  await chmod(file, mode);
}

async function firstOf(tree: string, paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (await exists(join(tree, path))) return path;
  return undefined;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
