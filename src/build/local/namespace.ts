import { ToolFailure } from '../../adapters/process.ts';
import type { Run } from '../../adapters/process.ts';
import { buildEnvironment } from './environment.ts';
import type { Host } from './host.ts';
import { startHolder } from './holder.ts';

/**
 * A private set of mounts, processes, IPC and host name. What is mounted in it is seen nowhere else, and
 * all of it is gone, processes included, the moment it is closed or this process dies.
 */
export interface Namespace {
  /**
   * Runs a tool inside, with the build's own environment. Paths must be absolute (`cwd` is `/` unless told
   * otherwise). Fails as {@link Run} does.
   */
  readonly run: Run;
  /** A path inside, as it can be opened from inside and outside alike: `/proc/PID/root/...`. */
  readonly view: (path: string) => string;
  /** Kills every process inside, waits for their end; by then nothing is mounted any more. */
  readonly close: () => Promise<void>;
}

/**
 * The kernel signals death only to children that asked in time, so each link of the chain (we, `unshare`,
 * the first process inside) looks once more, after asking, whether its parent is still the one it knew.
 */
const HOLD = `
[ "$PPID" = "$1" ] || exit 1
exec unshare --mount --pid --ipc --uts --fork --kill-child sh -c '
  read -r pid _ _ parent _ </proc/self/stat
  [ "$parent" = "$1" ] || exit 1
  hostname localhost
  echo "$pid"
  exec sleep infinity' hold $$
`;

/**
 * Opens a namespace; needs root. Closes itself when `signal` is aborted.
 * @throws ToolFailure when the kernel or a container's rules refuse it.
 */
export async function openNamespace(host: Host, signal: AbortSignal): Promise<Namespace> {
  signal.throwIfAborted();
  const { said: pid, ended } = await startHolder(host, [], HOLD, {});
  if (pid === undefined) throw new ToolFailure('unshare', 'the namespace ended by itself', 0, '', false);

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= host.run('kill', ['-KILL', pid], { okCodes: [0, 1] }).then(() => ended);
    return closing;
  };
  const closeOnAbort = (): void => void close();
  signal.addEventListener('abort', closeOnAbort, { once: true });
  if (signal.aborted) await close();

  return {
    view: (path) => `/proc/${pid}/root${path}`,
    close: async () => {
      await close();
      signal.removeEventListener('abort', closeOnAbort);
    },
    run: runInside(host, pid, ['mount', 'pid', 'ipc', 'uts']),
  };
}

/** Kinds of namespaces, as nsenter(1) names them. */
export type NamespaceKind = 'mount' | 'pid' | 'ipc' | 'uts' | 'net';

/**
 * A {@link Run} whose tools run in the namespaces of process `pid`, with the build's own environment, and end with the
 * program that brought them inside.
 */
export function runInside(host: Host, pid: string, kinds: readonly NamespaceKind[]): Run {
  const environment = buildEnvironment(host);
  const inside = ['nsenter', '--target', pid, ...kinds.map((kind) => `--${kind}`), '--'];
  return async (command, args, { cwd = '/', env = {}, ...options } = {}) => {
    const variables = Object.entries({ ...environment, ...env }).map(([name, value]) => `${name}=${value}`);
    const tied = ['setpriv', '--pdeathsig', 'KILL', 'env', '-i', '-C', cwd, ...variables, command, ...args];
    try {
      return await host.run('setsid', [...inside, ...tied], options);
    } catch (error) {
      throw error instanceof ToolFailure ? renamed(error, command) : error;
    }
  };
}

/** The failure as the tool's own, without the words of the tools that brought it inside. */
function renamed(failure: ToolFailure, command: string): ToolFailure {
  const { exitCode, output, aborted } = failure;
  const reason =
    exitCode === 127
      ? `${command} is not installed`
      : exitCode === undefined
        ? `${command} was stopped`
        : `${command} exited with code ${exitCode}`;
  return new ToolFailure(command, reason, exitCode, output, aborted);
}
