import { CommanderError } from 'commander';
import { plain, type Palette } from '../diagnostics/render.ts';
import { EXIT, Stop, type Io } from './io.ts';
import { makeProgram } from './program/program.ts';

/**
 * Runs the command line and resolves to its exit code. The one place where an error becomes an exit code, and the one
 * that shows a stack: what gets here unnamed is our bug.
 */
export async function runCli(args: readonly string[], given: Partial<Io> = {}): Promise<number> {
  const controller = new AbortController();
  let cwd: string;
  try {
    cwd = given.cwd ?? process.cwd();
  } catch {
    const err = given.err ?? ((text) => process.stderr.write(text));
    err('bake: the current folder is not there any more; change to another\n');
    return EXIT.tool;
  }
  const io = realIo(controller.signal, { ...given, cwd });
  const interrupt = (): void => {
    if (!controller.signal.aborted) io.err('\nbake: stopping; leaving nothing half done\n');
    controller.abort();
  };
  for (const name of STOPPING) process.on(name, interrupt);
  const output = given.out ? { failed: false } : watchOutput(() => controller.abort());
  try {
    await makeProgram(io).parseAsync(['node', 'bake', ...args]);
    return output.failed ? EXIT.tool : EXIT.fine;
  } catch (error) {
    const code = await explainFailure(error, io);
    return output.failed ? EXIT.tool : code;
  } finally {
    for (const name of STOPPING) process.off(name, interrupt);
  }
}

/** SIGHUP too: a terminal that is closed, or a connection lost, must not leave a bake behind. */
const STOPPING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * `bake … | head`: whoever read our output has left. What is under way is stopped in good order; without this Node would
 * die of the unhandled error. Stays until the process ends, since output is written later than we ask for it. Output that
 * can't be written for another reason, such as a full disk, is a failure.
 */
function watchOutput(stop: () => void): { readonly failed: boolean } {
  const output = { failed: false };
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && !output.failed) {
        output.failed = true;
        process.exitCode = EXIT.tool;
        if (stream === process.stdout)
          process.stderr.write(`bake: can’t write to standard output: ${error.message}\n`);
      }
      stop();
    });
  }
  return output;
}

async function explainFailure(error: unknown, io: Io): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.usage;
  if (error instanceof Stop) {
    if (error.message) io.err(`bake: ${error.message}\n`);
    return error.exitCode;
  }
  const { describeFailure } = await import('./failures.ts');
  const known = describeFailure(error, io);
  if (known) {
    io.err(known.text);
    return known.exitCode;
  }
  const stack = error instanceof Error ? error.stack : String(error);
  io.err(
    `bake: this is a bug in bake, not a mistake of yours. Please report it with the lines below.\n${stack}\n`,
  );
  return EXIT.bug;
}

function realIo(signal: AbortSignal, given: Partial<Io> & Pick<Io, 'cwd'>): Io {
  const env = given.env ?? process.env;
  const isTerminal = given.isTerminal ?? process.stderr.isTTY === true;
  const coloured = isTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    env,
    isTerminal,
    palette: coloured ? ansi : plain,
    signal,
    ...given,
  };
}

const sgr =
  (code: number) =>
  (text: string): string =>
    `\u001b[${code}m${text}\u001b[0m`;
const ansi: Palette = { error: sgr(31), warning: sgr(33), strong: sgr(1), faint: sgr(2) };
