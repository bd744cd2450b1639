import type { Options } from 'execa';

/** How a tool is run; all fields are optional. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Kills the tool (SIGTERM, SIGKILL after 5 s) when aborted. */
  readonly signal?: AbortSignal;
  /**
   * For a tool that has machines to take away: milliseconds between SIGTERM and SIGKILL. It gets a session of its own, so that a
   * terminal's Ctrl-C is no second signal to it, and whatever it leaves running there ends with it.
   */
  readonly graceMs?: number;
  readonly timeoutMs?: number;
  /** Called for each complete line as it appears, without its newline. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** Exit codes that are no failure; `[0]` unless told otherwise. */
  readonly okCodes?: readonly number[];
}

/** What a tool left behind. A tool that prints more than 64 MiB is stopped. */
export interface RunResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a tool without a shell.
 * Rejects with {@link ToolFailure} when it can't be started, exits with a code that is not ok,
 * is killed, or runs out of time.
 */
export type Run = (command: string, args: readonly string[], options?: RunOptions) => Promise<RunResult>;

/** A tool that we called has failed: exit code 3 of the command line. */
export class ToolFailure extends Error {
  override readonly name = 'ToolFailure';
  readonly command: string;
  readonly exitCode: number | undefined;
  readonly output: string;
  readonly aborted: boolean;

  constructor(
    command: string,
    reason: string,
    exitCode: number | undefined,
    output: string,
    aborted: boolean,
  ) {
    super(reason);
    this.command = command;
    this.exitCode = exitCode;
    this.output = output;
    this.aborted = aborted;
  }
}

const MAX_OUTPUT = 64 * 1024 * 1024;

/** The real {@link Run}. */
export const run: Run = async (command, args, options = {}) => {
  const settings: Options & { reject: false; encoding: 'utf8'; stdio?: never } = {
    reject: false,
    encoding: 'utf8',
    stdin: options.input === undefined ? 'ignore' : 'pipe',
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    maxBuffer: MAX_OUTPUT,
    forceKillAfterDelay: options.graceMs ?? 5000,
    detached: options.graceMs !== undefined,
  };
  // Loaded when the first tool is run: most commands run none, and start faster without it.
  const { execa } = await import('execa');
  const subprocess = execa(command, args, settings);
  const { onLine } = options;
  const readers = onLine
    ? [
        forEachLine(subprocess.stdout, (line) => onLine(line, 'stdout')),
        forEachLine(subprocess.stderr, (line) => onLine(line, 'stderr')),
      ]
    : [];
  // At once: what it left behind would hold its output open, and that is waited for.
  if (options.graceMs !== undefined) subprocess.once('exit', () => endSession(subprocess.pid));
  const result = await subprocess;
  await Promise.allSettled(readers);
  const { exitCode } = result;
  const stdout = String(result.stdout ?? '');
  const stderr = String(result.stderr ?? '');
  const okCodes = options.okCodes ?? [0];
  if (exitCode !== undefined && okCodes.includes(exitCode) && !result.isMaxBuffer) {
    return { exitCode, stdout, stderr };
  }
  const reason = result.shortMessage ?? `${command} exited with code ${exitCode}`;
  throw new ToolFailure(
    command,
    reason,
    exitCode,
    [stderr, stdout].filter(Boolean).join('\n'),
    result.isCanceled,
  );
};

/** Ends what a session's leader has left in its process group. */
function endSession(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function forEachLine(stream: NodeJS.ReadableStream | null, use: (line: string) => void): Promise<void> {
  if (!stream) return;
  let rest = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(use);
  }
  if (rest) use(rest);
}
