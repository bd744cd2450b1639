import type { RunOptions } from '../../adapters/process.ts';
import type { Host } from './host.ts';

/** A process of ours that does nothing but hold something: a lock, a namespace. */
export interface Holder {
  /** The line it printed once it held it; undefined when it exited with an ok code instead. */
  readonly said: string | undefined;
  /** Resolves when it has ended, whatever the reason. */
  readonly ended: Promise<void>;
}

/**
 * Starts a shell script that prints one line and then stays, and waits for that line. The kernel kills it
 * when we die; our process id is its `$1`, so that it can see whether we died before that was arranged.
 * setsid: Ctrl-C at the terminal is for us alone, and nothing held may ask questions there.
 * @throws ToolFailure when it ends with another code than the ok ones before it said anything.
 */
export async function startHolder(
  host: Host,
  command: readonly string[],
  script: string,
  options: Pick<RunOptions, 'signal' | 'okCodes'>,
): Promise<Holder> {
  const args = ['--pdeathsig', 'KILL', 'setsid', ...command, 'sh', '-c', script, 'hold', String(host.pid)];
  let ended: Promise<void> | undefined;
  const said = await new Promise<string | undefined>((resolve, reject) => {
    const onLine = (line: string, stream: 'stdout' | 'stderr'): void => {
      if (stream === 'stdout') resolve(line);
    };
    const end = host.run('setpriv', args, { ...options, onLine });
    ended = end.then(
      () => resolve(undefined),
      (error: unknown) => reject(error as Error),
    );
  });
  return { said, ended: ended ?? Promise.resolve() };
}
