import type { Run } from '../../adapters/process.ts';

/** What the local builder needs of the machine it runs on. */
export interface Host {
  readonly run: Run;
  /** Our own process id: helpers that hold a lock or a namespace end when this process does. */
  readonly pid: number;
  /** Our environment; only proxy variables are let into a tree. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
