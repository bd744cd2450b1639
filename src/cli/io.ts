import type { Palette } from '../diagnostics/render.ts';

/** Where a command writes and what it may know of the outside; tests give their own. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Whether standard error is a terminal that a progress line may be redrawn on. */
  readonly isTerminal: boolean;
  readonly palette: Palette;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
}

/** Exit codes of the command line (docs/architecture.md). */
export const EXIT = { fine: 0, input: 1, usage: 2, tool: 3, bug: 70 } as const;

/** Ends a command with a message for the person and an exit code; thrown by commands only. */
export class Stop extends Error {
  override readonly name = 'Stop';
  readonly exitCode: number;
  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
