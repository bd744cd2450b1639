import type { EngineName } from './engine.ts';
import type { CheckResult } from './checks.ts';

/** What happens in a rehearsal, as data. `ms`: milliseconds since the machines were powered on together. */
export type RehearsalEvent =
  | {
      readonly event: 'begin';
      readonly engine: EngineName;
      readonly machines: readonly string[];
      /** Whether stand-ins take the place of Kubernetes. */
      readonly standIn: boolean;
      /** Of what chaos does; absent without. */
      readonly seed?: number;
    }
  /** A machine is in another state, or waits for something else. */
  | {
      readonly event: 'state';
      readonly machine: string;
      readonly state: string;
      readonly ms: number;
      readonly reason?: string;
    }
  /** Something is broken, or mended, on purpose. */
  | { readonly event: 'act'; readonly what: string; readonly machine: string; readonly ms: number }
  | ({ readonly event: 'check'; readonly ms: number } & CheckResult)
  | { readonly event: 'note'; readonly message: string };

/** Receives events; never throws. */
export type RehearsalMonitor = (event: RehearsalEvent) => void;

/** Time as the course sees it; tests have their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Rejects with the signal's reason when it is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}
