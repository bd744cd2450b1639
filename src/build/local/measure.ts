import type { Host } from './host.ts';

// Names, types, modes, owners, sizes and times of everything in a tree. A folder's own size says nothing.
const LISTING = `
set -o pipefail
cd "$1"
find . \\( -type d -printf 'd %m %U %G - %T@ %P\\0' \\) -o -printf '%y %m %U %G %s %T@ %P %l\\0' |
  LC_ALL=C sort -z | b2sum --length 256
`;

// One tar stream holds all there is to a tree: contents, extended attributes, whiteouts, hard links.
const CONTENT = `
set -o pipefail
tar --create --directory "$1" --sort=name --numeric-owner --xattrs --xattrs-include='*' --format=posix \\
  --pax-option='exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime' . | b2sum --length 256
`;

/**
 * A digest (BLAKE2b of 256 bits, hex) of a tree's listing, in about 0.1 s for a Debian. It sees files that are missing,
 * added, truncated, rewritten, or given to somebody else. It can't see a change that kept size and time
 * (bit rot, a forger) nor one of extended attributes or device numbers; {@link contentDigest} does.
 */
export function listingDigest(host: Host, tree: string, signal?: AbortSignal): Promise<string> {
  return digest(host, LISTING, tree, signal);
}

/** A digest (BLAKE2b of 256 bits, hex) of all of a tree's content; reads every byte. */
export function contentDigest(host: Host, tree: string, signal?: AbortSignal): Promise<string> {
  return digest(host, CONTENT, tree, signal);
}

async function digest(host: Host, script: string, tree: string, signal?: AbortSignal): Promise<string> {
  const { stdout } = await host.run('bash', ['-c', script, 'digest', tree], signal ? { signal } : {});
  return stdout.slice(0, 64);
}

/** What a tree takes on its disk, in bytes. */
export async function diskUsage(host: Host, tree: string, signal?: AbortSignal): Promise<number> {
  const { stdout } = await host.run('du', ['-s', '--block-size=1', tree], signal ? { signal } : {});
  return Number.parseInt(stdout, 10);
}
