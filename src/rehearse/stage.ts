import type { Engine } from './engine.ts';
import type { RehearsedCluster } from './checks.ts';
import type { Clock, RehearsalMonitor } from './events.ts';
import type { Machine } from './machine.ts';
import type { Watch } from './watch.ts';

/** What everybody who takes part in a rehearsal has at hand. */
export interface Stage {
  readonly engine: Engine;
  readonly cluster: RehearsedCluster;
  readonly watch: Watch;
  readonly clock: Clock;
  readonly monitor: RehearsalMonitor;
  readonly signal: AbortSignal;
}

/** How often something is asked for again, in ms. */
const LOOK_EVERY_MS = 500;

export async function powerOn({ engine, watch }: Stage, machine: Machine): Promise<void> {
  const at = watch.ms;
  await engine.start(machine);
  watch.isOn(machine, at);
}

/** Pulls the plug. */
export async function powerCut({ engine, watch }: Stage, machine: Machine): Promise<void> {
  await engine.powerOff(machine, { hard: true });
  watch.isOff(machine);
}

/** Tells of something done on purpose. */
export function act({ monitor, watch }: Stage, machine: Machine, what: string): void {
  monitor({ event: 'act', what, machine: machine.name, ms: watch.ms });
}

/** Asks again and again until there is an answer that is not undefined, or the time is over. */
export async function within<T>(
  { clock, signal }: Stage,
  limitMs: number,
  ask: () => Promise<T | undefined>,
  everyMs = LOOK_EVERY_MS,
): Promise<T | undefined> {
  const began = clock.now();
  for (;;) {
    signal.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined || clock.now() - began >= limitMs) return answer;
    await clock.sleep(everyMs, signal);
  }
}

/**
 * Looks at machines until all of these are ready, or one of them has gone off by itself and never will be. Resolves to those that are
 * not ready then, or when the time is over. Who does something at each look must not miss states that last for a second, so there are
 * more of them then.
 */
export async function untilReady(
  stage: Stage,
  machines: readonly Machine[],
  limitMs: number,
  onLook?: () => void,
): Promise<readonly Machine[]> {
  const late = (): Machine[] => machines.filter((machine) => stage.watch.standing(machine).state !== 'ready');
  const look = async (): Promise<true | undefined> => {
    await stage.watch.look();
    onLook?.();
    const waiting = late();
    const isOver =
      waiting.length === 0 || waiting.some((machine) => stage.engine.whyOff?.(machine) !== undefined);
    return isOver || undefined;
  };
  await within(stage, limitMs, look, onLook ? LOOK_EVERY_MS : stage.engine.lookEveryMs);
  return late();
}
