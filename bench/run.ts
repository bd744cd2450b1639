import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ToolFailure } from '../src/adapters/process.ts';
import { coldBakes, ROOT, tiedHost, type Bench, type Measure } from './bench.ts';
import { coldBake } from './cold-bake.ts';
import { compiling } from './compiling.ts';
import { compilingAll } from './compiling-all.ts';
import { firstBoot } from './first-boot.ts';
import { LETTERS, type Letter } from './figure.ts';
import { formats } from './formats.ts';
import { describeMachine } from './machine.ts';
import { packer } from './packer.ts';
import { patchBump } from './patch-bump.ts';
import { renderTable, toJson, type Entry } from './report.ts';
import { start } from './start.ts';
import { unchanged } from './unchanged.ts';

const MEASURES: Readonly<Record<Letter, Measure>> = {
  a: start,
  b: compiling,
  c: coldBake,
  d: patchBump,
  e: unchanged,
  f: packer,
  g: firstBoot,
  h: formats,
  i: compilingAll,
};

const USAGE = `usage: npm run bench -- [--only a,b,...] [--fast] [--rounds N] [--json]

Measures, in one run, and prints ratios beside their goals. A goal that is missed is said so; the exit code is 0 all the
same, and 3 where a tool failed.

${LETTERS.map((letter) => `  ${letter}  ${MEASURES[letter].title}`).join('\n')}

  --only a,b    these only
  --fast        the same as --only a,b,e
  --rounds N    how often c bakes each way, and h and i measure (2)
  --json        print JSON for machines

Works in $BAKE_BENCH_FOLDER or /var/tmp (12 GB for a while); needs root, like baking.
`;

interface Options {
  readonly letters: readonly Letter[];
  readonly rounds: number;
  readonly json: boolean;
}

/** Undefined when the person should be told how it is used. */
function readOptions(args: readonly string[]): Options | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string', default: LETTERS.join(',') },
        fast: { type: 'boolean', default: false },
        rounds: { type: 'string', default: '2' },
        json: { type: 'boolean', default: false },
      },
    });
    const asked = (values.fast ? 'a,b,e' : values.only).split(',');
    const rounds = Number(values.rounds);
    const known = new Set<string>(LETTERS);
    if (!asked.every((letter) => known.has(letter)) || !Number.isInteger(rounds) || rounds < 1)
      return undefined;
    return { letters: LETTERS.filter((letter) => asked.includes(letter)), rounds, json: values.json };
  } catch {
    return undefined;
  }
}

/** Takes the measures one after the other, never two at once; resolves to the exit code. */
async function main({ letters, rounds, json }: Options, signal: AbortSignal): Promise<number> {
  const host = tiedHost(signal);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const machine = await describeMachine(host);
  await host.run('npm', ['run', '--silent', 'build'], { cwd: ROOT });
  const folder = await mkdtemp(join(process.env['BAKE_BENCH_FOLDER'] ?? '/var/tmp', 'bake-bench-'));
  try {
    const bench: Bench = { folder, host, signal, rounds, say, ...coldBakes({ folder, host, say }) };
    const entries: Entry[] = [];
    for (const letter of letters) {
      if (signal.aborted) break;
      const { title } = MEASURES[letter];
      say(`${letter}: ${title}`);
      const found = await takeOrTell(MEASURES[letter], bench);
      entries.push({ letter, title, found, load: loadavg()[0] ?? 0 });
    }
    process.stdout.write(
      json ? `${JSON.stringify(toJson(machine, entries), null, 2)}\n` : renderTable(machine, entries),
    );
    if (signal.aborted) return 130;
    return entries.some(({ found }) => 'reason' in found) ? 3 : 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A tool that fails, or a person who stops the bench, takes only the measure in hand with it. */
async function takeOrTell(measure: Measure, bench: Bench): Promise<Entry['found']> {
  try {
    return await measure.take(bench);
  } catch (error) {
    if (bench.signal.aborted) return { reason: 'stopped' };
    if (!(error instanceof ToolFailure)) throw error;
    return { reason: `${error.message}\n${error.output.trim().split('\n').slice(-15).join('\n')}` };
  }
}

const options = readOptions(process.argv.slice(2));
if (options) {
  const controller = new AbortController();
  // Not `once`: execa ends the process by a signal that nobody listens to any more.
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => controller.abort());
  process.exitCode = await main(options, controller.signal).catch((error: unknown) => {
    if (!controller.signal.aborted) throw error;
    process.stderr.write('stopped\n');
    return 130;
  });
} else {
  process.stderr.write(USAGE);
  process.exitCode = 2;
}
