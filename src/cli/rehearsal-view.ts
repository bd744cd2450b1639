import type { RehearsalEvent, RehearsalMonitor } from '../rehearse/events.ts';
import type { Io } from './io.ts';
import { seconds } from './progress.ts';

/** Tells a rehearsal as lines of JSON, or as words for people. */
export async function makeRehearsalView(
  io: Io,
  json: boolean,
): Promise<{ readonly monitor: RehearsalMonitor; readonly done: () => void }> {
  if (json) return { monitor: (event) => io.out(`${JSON.stringify(event)}\n`), done: () => undefined };
  return io.isTerminal ? terminalView(io) : { monitor: plainView(io), done: () => undefined };
}

/** One line an event. */
const plainView =
  (io: Io): RehearsalMonitor =>
  (event) => {
    const line = describe(event, io);
    if (line !== undefined) io.err(`${line}\n`);
  };

/** Lines for what is done and found; below them one line a machine: its state, how long, and what it waits for. */
async function terminalView(
  io: Io,
): Promise<{ readonly monitor: RehearsalMonitor; readonly done: () => void }> {
  const { default: logUpdate } = await import('log-update');
  const machines = new Map<string, { state: string; reason: string; since: number }>();
  const draw = (): void => {
    const width = Math.max(0, ...[...machines.keys()].map((name) => name.length));
    const lines = [...machines].map(([name, { state, reason, since }]) => {
      const long = state === 'ready' ? '' : seconds(Date.now() - since).padStart(8);
      return `${name.padEnd(width)}  ${state.padEnd(9)}${long}  ${io.palette.faint(reason)}`.trimEnd();
    });
    logUpdate(lines.join('\n'));
  };
  const timer = setInterval(draw, 500);
  return {
    monitor: (event) => {
      if (event.event === 'begin')
        event.machines.forEach((name) => machines.set(name, { state: 'off', reason: '', since: Date.now() }));
      if (event.event === 'state') {
        const { machine, state, reason = '' } = event;
        const before = machines.get(machine);
        const since = before?.state === state ? before.since : Date.now();
        machines.set(machine, { state, reason, since });
      } else {
        const line = describe(event, io);
        if (line !== undefined) {
          logUpdate.clear();
          io.err(`${line}\n`);
        }
      }
      draw();
    },
    done: () => {
      clearInterval(timer);
      logUpdate.clear();
      logUpdate.done();
    },
  };
}

function describe(event: RehearsalEvent, { palette }: Io): string | undefined {
  switch (event.event) {
    case 'begin':
      return `${event.machines.length} machines with ${event.engine}${event.seed === undefined ? '' : `; chaos by --seed ${event.seed}`}`;
    case 'state':
      return `${at(event.ms)}  ${event.machine}: ${event.state}${event.reason === undefined ? '' : `: ${event.reason}`}`;
    case 'act':
      return `${at(event.ms)}  ${palette.warning(`${event.machine}: ${event.what}`)}`;
    case 'check': {
      const paint = event.status === 'fail' ? palette.error : palette.strong;
      return `${at(event.ms)}  ${paint(event.status)}  ${event.title}: ${event.detail}`;
    }
    case 'note':
      return event.message;
  }
}

const at = (ms: number): string => `${(ms / 1000).toFixed(1).padStart(7)} s`;
