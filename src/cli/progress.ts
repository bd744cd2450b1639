import type { BuildEvent, Monitor } from '../build/monitor.ts';
import type { Compiled } from '../compile.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { toJson } from '../diagnostics/render.ts';
import { printDiagnostics } from './compile-profile.ts';
import type { Io } from './io.ts';

/** Tells what there is to say of a profile before it is built: as events, or as words for people. */
export function tellDiagnostics(diagnostics: readonly Diagnostic[], json: boolean, io: Io): void {
  if (json)
    diagnostics.forEach((diagnostic) =>
      io.out(`${JSON.stringify({ event: 'diagnostic', ...toJson(diagnostic) })}\n`),
    );
  else printDiagnostics(diagnostics, io);
}

/** People are told of stand-ins before a build; the first of its events says it to machines. */
export function tellStandIn({ plan }: Compiled, json: boolean, io: Io): void {
  if (plan.standIn && !json)
    io.err('STAND-INS take the place of Kubernetes in this image: it is for rehearsals and tests.\n');
}

/** Tells a build's events as lines of JSON, or as words for people. */
export async function makeMonitor(
  io: Io,
  json: boolean,
): Promise<{ readonly monitor: Monitor; readonly done: () => void }> {
  if (json) return { monitor: (event) => io.out(`${JSON.stringify(event)}\n`), done: () => undefined };
  return io.isTerminal ? terminalMonitor(io) : { monitor: plainMonitor(io), done: () => undefined };
}

/** One line a step, when it ends. */
function plainMonitor(io: Io): Monitor {
  return (event) => {
    const line = describe(event);
    if (line !== undefined) io.err(`${line}\n`);
  };
}

/** The same lines, with one below them for each thing that is being done and for how long. */
async function terminalMonitor(io: Io): Promise<{ readonly monitor: Monitor; readonly done: () => void }> {
  const { default: logUpdate } = await import('log-update');
  const running = new Map<number, { readonly text: string; readonly since: number }>();
  const draw = (): void => {
    if (running.size === 0) return;
    const lines = [...running.values()].map(
      ({ text, since }) => `${text}  ${io.palette.faint(seconds(Date.now() - since))}`,
    );
    logUpdate(lines.join('\n'));
  };
  const timer = setInterval(draw, 200);
  return {
    monitor: (event) => {
      const line = describe(event);
      if (line !== undefined) {
        logUpdate.clear();
        io.err(`${line}\n`);
      }
      if (event.event === 'step-start')
        running.set(event.n, { text: `${counter(event)} ${event.title}`, since: Date.now() });
      if (event.event === 'step-end') running.delete(event.n);
      draw();
    },
    done: () => {
      clearInterval(timer);
      running.clear();
      logUpdate.clear();
      logUpdate.done();
    },
  };
}

function describe(event: BuildEvent): string | undefined {
  switch (event.event) {
    case 'step-end':
      return `${counter(event)} ${event.title}  ${seconds(event.ms)}`;
    case 'layer':
      if (event.state === 'reused') return `layer ${event.layer}: taken from the cache`;
      return event.state === 'damaged' ? `layer ${event.layer}: damaged in the cache, made again` : undefined;
    case 'note':
      return event.message;
    case 'build-start':
    case 'step-start':
    case 'output':
    case 'unchanged':
    case 'build-end':
      return undefined;
  }
}

const counter = ({ n, of }: { readonly n: number; readonly of: number }): string =>
  `[${String(n).padStart(String(of).length)}/${of}]`;

/** `3.2 s`, `1 min 5 s`. */
export function seconds(ms: number): string {
  return ms < 60_000
    ? `${(ms / 1000).toFixed(1)} s`
    : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}
