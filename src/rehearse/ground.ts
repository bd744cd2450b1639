import { basename } from 'node:path';
import { ToolFailure } from '../adapters/process.ts';
import type { Run } from '../adapters/process.ts';
import type { Host } from '../build/local/host.ts';
import { startHolder } from '../build/local/holder.ts';
import { runInside } from '../build/local/namespace.ts';
import type { Namespace } from '../build/local/namespace.ts';

/**
 * Where a rehearsal takes place: private mounts, processes, IPC, host name and network, and control groups of one name.
 * When it is closed or this process dies, however it dies, the kernel ends everything in it; a janitor, which outlives us
 * then, removes what the kernel keeps: control groups and the folder.
 */
export interface Ground extends Namespace {
  /** Absolute; belongs to the ground alone. */
  readonly folder: string;
  /** Name of its control groups in every hierarchy. */
  readonly group: string;
  /** Its first process, as seen from here. */
  readonly pid: string;
}

/**
 * A function for sh and bash, `thaw GROUP`: lets go on what is frozen in control groups of that name. runc freezes a container for moments
 * in which it changes its settings, and in control groups of version 1 what is frozen does not die (Linux, cgroup-v1/freezer-subsystem).
 * Groups that go away while it looks are none of its business.
 */
export const THAW = `
thaw() {
  find /sys/fs/cgroup -path "*/$1/*" -name freezer.state 2>/dev/null | while read -r state; do
    echo THAWED 2>/dev/null >"$state" || true
  done || true
}
`;

/**
 * fd 9 is open in `unshare` and in the first process inside, and nowhere else: its end is how the janitor learns that both
 * are gone. (The first process closes it before the kernel is through with the others, hence the patience.)
 */
export const HOLD = `
[ "$PPID" = "$1" ] || exit 1
set -e
${THAW}
mkfifo "$GROUND/alive"
# shellcheck disable=SC2094 # both ends of it are wanted
exec 9<>"$GROUND/alive" 8<"$GROUND/alive"
(
  exec 9>&-
  trap '' HUP INT TERM
  cat <&8 >/dev/null
  cd /
  attempt=0
  until
    thaw "$GROUP"
    find /sys/fs/cgroup -maxdepth 6 -type d -name "$GROUP" 2>/dev/null | while read -r found; do
      find "$found" -depth -type d -exec rmdir {} + 2>/dev/null
    done
    [ -z "$(find /sys/fs/cgroup -maxdepth 6 -type d -name "$GROUP" 2>/dev/null)" ] && rm -rf "$GROUND" 2>/dev/null
  do
    attempt=$((attempt + 1))
    [ "$attempt" -lt 100 ] || break
    sleep 0.2
  done
) &
exec 8<&-
# shellcheck disable=SC2016 # the shell inside expands it
exec unshare --mount --pid --ipc --uts --net --fork --kill-child sh -c '
  read -r pid _ _ parent _ </proc/self/stat
  [ "$parent" = "$1" ] || exit 1
  set -e
  hostname rehearsal
  mount -t proc proc /proc
  mount -t tmpfs -o mode=0755 tmpfs /run
  mkdir /run/netns
  mount -t tmpfs tmpfs /run/netns
  ip link set lo up
  echo "$pid"
  exec sleep infinity' hold $$
`;

/**
 * Opens a ground around an existing folder; needs root. Closes itself when `signal` is aborted.
 * @throws ToolFailure when the kernel or a container's rules refuse it.
 */
export async function openGround(host: Host, folder: string, signal: AbortSignal): Promise<Ground> {
  signal.throwIfAborted();
  const group = `bake-rehearsal-${basename(folder)}`;
  const environment = ['env', `GROUND=${folder}`, `GROUP=${group}`];
  const { said: pid, ended } = await startHolder(host, environment, HOLD, {});
  if (pid === undefined)
    throw new ToolFailure('unshare', 'the rehearsal’s namespaces ended by themselves', 0, '', false);

  // `ended` waits for the janitor, too: it holds the same standard output.
  const settled = ended.catch(() => undefined);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= host
      .run('kill', ['-KILL', pid], { okCodes: [0, 1] })
      .then(() => host.run('sh', ['-c', `${THAW}thaw "$1"`, 'thaw', group]))
      .then(() => settled);
    return closing;
  };
  const closeOnAbort = (): void => void close();
  signal.addEventListener('abort', closeOnAbort, { once: true });
  if (signal.aborted) await close();
  return {
    folder,
    group,
    pid,
    run: runInside(host, pid, ['mount', 'pid', 'ipc', 'uts', 'net']) satisfies Run,
    view: (path) => `/proc/${pid}/root${path}`,
    close: async () => {
      await close();
      signal.removeEventListener('abort', closeOnAbort);
    },
  };
}
