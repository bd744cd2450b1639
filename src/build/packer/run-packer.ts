import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { ToolFailure, type RunOptions } from '../../adapters/process.ts';
import { SOURCE } from '../../packer/sources.ts';
import type { Host } from '../local/host.ts';
import type { Monitor } from '../monitor.ts';
import type { Course } from './course.ts';
import { PackerFailed } from './failures.ts';
import { readLine, shownLines } from './machine-readable.ts';

/** How and where Packer is run. */
export interface PackerRun {
  /** The folder of the template; absolute. */
  readonly template: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Path of the file that gets all that Packer says. */
  readonly log: string;
  /** One for each build; they are told what theirs says. */
  readonly courses: readonly Course[];
  readonly host: Host;
  readonly monitor: Monitor;
  readonly signal: AbortSignal;
  /** How long Packer may take to remove its machines when it is told to stop, in milliseconds. */
  readonly graceMs: number;
}

/** Platforms take their time to end a machine. */
export const GRACE_MS = 600_000;

/** All that Packer said in its last run, in the template's folder. */
export const LOG = 'packer.log';

/** How many of the last lines are worth showing where no build has failed by itself. */
const TAIL_LINES = 50;

/** What Packer says of this is no help: its processes ask each other for a sign of life, and wait 10 s for it (hashicorp/yamux). */
const LOST_TOUCH = 'unexpected EOF';
const WHY_LOST =
  'Packer’s own processes lost touch with each other, as they do on a computer that is too busy';

/**
 * Runs a command of Packer's on the template.
 * @throws PackerFailed; ToolFailure where it was told to stop and has done so.
 */
export async function runPacker(
  given: PackerRun,
  command: 'init' | 'build',
  words: readonly string[],
): Promise<void> {
  const { template, cwd, env, host, signal, graceMs } = given;
  const said = new Said(given);
  const flags = ['-machine-readable', command, ...(command === 'build' ? ['-color=false'] : [])];
  const call = ['packer', ...flags, ...words, template];
  // Where we are killed, Packer is told to stop, too.
  const [program = '', ...args] =
    process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'TERM', ...call] : call;
  const options: RunOptions = { cwd, env, signal, graceMs, onLine: said.read };
  let stopped = Infinity;
  const onAbort = (): void => void (stopped = host.now());
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await host.run(program, args, options);
  } catch (error) {
    if (!(error instanceof ToolFailure)) throw error;
    if (!signal.aborted) throw said.failure(`packer ${command} exited with code ${error.exitCode ?? 'none'}`);
    if (host.now() - stopped < graceMs) throw error;
    const minutes = Math.round(graceMs / 60_000);
    throw said.atTheEnd(
      `Packer was told to stop and had not ended after ${minutes} min, so it was killed; look for its machine`,
    );
  } finally {
    signal.removeEventListener('abort', onAbort);
    await said.close();
  }
}

/** What Packer says: kept in the log, and told to those whom it is about. */
class Said {
  private readonly given: PackerRun;
  private readonly byName: ReadonlyMap<string, Course>;
  private readonly log: ReturnType<typeof createWriteStream>;
  private readonly written: Promise<string | undefined>;
  private readonly tail: string[] = [];

  constructor(given: PackerRun) {
    this.given = given;
    this.byName = new Map(given.courses.map((course) => [`${course.builder}.${SOURCE}`, course]));
    this.log = createWriteStream(given.log, { mode: 0o600, flags: 'a' });
    this.written = finished(this.log).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
  }

  readonly read = (line: string): void => {
    const told = readLine(line);
    if (!told) return this.keep(line);
    const about = this.byName.get(told.target);
    if (about && told.type === 'error') about.reason = told.data.join(' ').trim();
    for (const { name, text, shown } of shownLines(told, [...this.byName.keys()])) {
      this.keep(shown);
      if (name === undefined) this.given.monitor({ event: 'output', line: text });
      else this.byName.get(name)?.read(text);
    }
  };

  /** The first build that failed by itself, else what there was at the end. */
  failure(reason: string): PackerFailed {
    const failed = this.given.courses.find((course) => course.reason !== undefined);
    const current = failed?.current;
    if (!failed || !current) return this.atTheEnd(reason);
    const { title, step } = current;
    const stage = { builder: failed.builder, title, ...(step ? { origin: step.origin } : {}) };
    // Of the checks, those that passed are of no interest now.
    const output = failed.tail.filter((line) => !/^ok \d+ - /.test(line));
    const why = failed.reason === LOST_TOUCH ? `${LOST_TOUCH} (${WHY_LOST})` : (failed.reason ?? reason);
    return new PackerFailed(why, stage, output, this.given.log);
  }

  atTheEnd(reason: string): PackerFailed {
    return new PackerFailed(reason, undefined, this.tail, this.given.log);
  }

  /** A log that can’t be written is worth a word, and no more. */
  async close(): Promise<void> {
    this.log.end();
    const fault = await this.written;
    if (fault !== undefined)
      this.given.monitor({ event: 'note', message: `warning: the log can’t be written: ${fault}` });
  }

  private keep(line: string): void {
    this.log.write(`${line}\n`);
    if (line.trim() !== '') this.tail.push(line);
    if (this.tail.length > TAIL_LINES) this.tail.shift();
  }
}
