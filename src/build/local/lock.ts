import type { Host } from './host.ts';
import { startHolder } from './holder.ts';

/** A held flock(2). The kernel gives it back when this process ends, however it ends, so no lock is ever stale. */
export interface Lock {
  readonly release: () => Promise<void>;
}

export type LockMode = 'shared' | 'exclusive';

const CONFLICT = 75;
const HOLD = '[ "$PPID" = "$1" ] || exit 1; echo locked; exec sleep infinity';

/**
 * Locks a folder, or a file (made when missing), if nobody stands in the way.
 * @returns undefined when another process holds it.
 */
export function tryLock(host: Host, path: string, mode: LockMode): Promise<Lock | undefined> {
  return flock(host, path, [`--${mode}`, '--nonblock']);
}

/** The same, but waits for its turn. Rejects with a ToolFailure when `signal` is aborted meanwhile. */
export async function waitForLock(
  host: Host,
  path: string,
  mode: LockMode,
  signal?: AbortSignal,
): Promise<Lock> {
  signal?.throwIfAborted();
  const lock = await flock(host, path, [`--${mode}`], signal);
  if (lock === undefined) throw new Error(`flock gave up on ${path} though it was told to wait`);
  return lock;
}

async function flock(
  host: Host,
  path: string,
  flags: readonly string[],
  waiting?: AbortSignal,
): Promise<Lock | undefined> {
  // Once held, the lock outlives an abort: it guards the cleaning up as well.
  const letGo = new AbortController();
  const giveUp = (): void => letGo.abort();
  waiting?.addEventListener('abort', giveUp, { once: true });
  try {
    const command = ['flock', '--no-fork', ...flags, '--conflict-exit-code', String(CONFLICT), path];
    const { said, ended } = await startHolder(host, command, HOLD, {
      signal: letGo.signal,
      okCodes: [CONFLICT],
    });
    if (said === undefined) return undefined;
    return {
      release: async () => {
        letGo.abort();
        await ended;
      },
    };
  } finally {
    waiting?.removeEventListener('abort', giveUp);
  }
}
