import type { Run, RunOptions, RunResult } from '../adapters/process.ts';
import type { Machine } from './machine.ts';
import type { Answer, Question } from './network.ts';

export const ENGINES = ['nspawn', 'qemu'] as const;
export type EngineName = (typeof ENGINES)[number];

/**
 * What boots the machines of a rehearsal. Machines have a private network, with this engine as the only one who hears
 * them. Everything is gone when it is closed, and also when this process dies, however it dies.
 */
export interface Engine {
  readonly name: EngineName;
  /** How often machines are looked at while they come up, in ms: what that costs them is the engine's to know. */
  readonly lookEveryMs: number;
  /**
   * Makes network, disks and seeds; nothing runs afterwards. Called once, before anything else. `reserved`: addresses on
   * the network that belong to no machine, such as the virtual IP.
   */
  readonly prepare: (machines: readonly Machine[], reserved: readonly string[]) => Promise<void>;
  /** Power on. Resolves when it is on, long before it is up. */
  readonly start: (machine: Machine) => Promise<void>;
  /** `hard`: the plug is pulled; otherwise it shuts down in order. Resolves when it is off. */
  readonly powerOff: (machine: Machine, options: { readonly hard: boolean }) => Promise<void>;
  readonly isRunning: (machine: Machine) => boolean;
  /**
   * Why a machine is off that nobody has switched off, with the end of its console; undefined for any other. Absent where that is not
   * known.
   */
  readonly whyOff?: (machine: Machine) => string | undefined;
  /** Has all lines that machines write to their consoles from now on told to somebody, too. */
  readonly listen: (ear: OnConsole) => void;
  /** Throws the disk of a machine that is off away: it begins again from its image, with the same seed. */
  readonly rebuild: (machine: Machine) => Promise<void>;
  /** Puts its network cable in, or pulls it. */
  readonly plug: (machine: Machine, connected: boolean) => Promise<void>;
  /**
   * Runs a command in a machine, as root. Rejects with ToolFailure as {@link RunOptions} say, also when the machine is off
   * or not far enough.
   */
  readonly run: (
    machine: Machine,
    argv: readonly string[],
    options?: Pick<RunOptions, 'okCodes' | 'timeoutMs' | 'input'>,
  ) => Promise<RunResult>;
  /**
   * Texts of files on a machine's disk, cheaply; undefined for one that is not there or can't be read now. Paths are
   * absolute and lead through no symbolic links.
   */
  readonly readFiles: (
    machine: Machine,
    paths: readonly string[],
  ) => Promise<readonly (string | undefined)[]>;
  /**
   * The file of this computer that holds all that a machine has ever written to its disk, what it has deleted too. Absent where
   * machines have no disk of their own.
   */
  readonly diskOf?: (machine: Machine) => string;
  /** Asks a server on the machines' network over TLS, from outside all machines. */
  readonly ask: (question: Question) => Promise<Answer>;
  /** Runs a program of this computer on the machines' network, where it is none of the machines. */
  readonly runOutside: Run;
  /** The command that a person types on this computer for a shell in it. */
  readonly shell: (machine: Machine) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** A line that a machine wrote to its console, without control characters. */
export type OnConsole = (machine: string, line: string) => void;
