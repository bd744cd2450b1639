import { ToolFailure } from '../../adapters/process.ts';
import type { Origin } from '../../source/source.ts';
import { formatOrigin } from '../../source/source.ts';

/** A step of `provision.sh` exited with an error. The profile's line that asked for it is `origin`. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
  readonly stepId: string;
  readonly title: string;
  readonly origin: Origin;
  /** The last lines that the step printed, oldest first. */
  readonly output: readonly string[];
  readonly exitCode: number;

  constructor(stepId: string, title: string, origin: Origin, output: readonly string[], exitCode: number) {
    super(`step failed with exit code ${exitCode}: ${title} (${formatOrigin(origin)})`);
    this.stepId = stepId;
    this.title = title;
    this.origin = origin;
    this.output = output;
    this.exitCode = exitCode;
  }
}

/** Another bake is writing to the same output folder. */
export class OutputBusy extends Error {
  override readonly name = 'OutputBusy';
  readonly outDir: string;

  constructor(outDir: string) {
    super(`another bake is writing to ${outDir}; wait for it, or choose another folder with --out`);
    this.outDir = outDir;
  }
}

/** The output or cache folder can't be written to: a read-only file system, missing rights, or a file in its place. */
export class FolderUnwritable extends Error {
  override readonly name = 'FolderUnwritable';
  readonly folder: string;

  constructor(folder: string, reason: string) {
    super(`can't write to ${folder}: ${reason}`);
    this.folder = folder;
  }
}

/** A folder is there and can't be read: missing rights, or a file in the place of a part of its path. */
export class FolderUnreadable extends Error {
  override readonly name = 'FolderUnreadable';
  readonly folder: string;

  constructor(folder: string, reason: string) {
    super(`can't read ${folder}: ${reason}`);
    this.folder = folder;
  }
}

/** A file system is full, or has too little room to begin. */
export class NoSpace extends Error {
  override readonly name = 'NoSpace';
  readonly folder: string;
  readonly neededBytes: number;
  readonly freeBytes: number;

  constructor(folder: string, neededBytes: number, freeBytes: number, cause?: unknown) {
    super(
      `not enough room in ${folder}: about ${formatBytes(neededBytes)} needed, ${formatBytes(freeBytes)} free`,
      cause === undefined ? {} : { cause },
    );
    this.folder = folder;
    this.neededBytes = neededBytes;
    this.freeBytes = freeBytes;
  }
}

/** The bake was called off (Ctrl-C, SIGTERM) and has cleaned up after itself. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor(cause?: unknown) {
    super('the bake was interrupted', cause === undefined ? {} : { cause });
  }
}

/** Whether an error comes from a full disk: our own write, or a tool that said so. */
export function isDiskFull(error: unknown): boolean {
  if (error instanceof ToolFailure) return saysDiskFull(error.output);
  if (error instanceof StepFailed) return error.output.some(saysDiskFull);
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

/** The words of strerror(ENOSPC) and strerror(EDQUOT), which every tool prints. */
function saysDiskFull(text: string): boolean {
  return /No space left on device|Disk quota exceeded/.test(text);
}

/** `1.5 GiB`, `20 MiB`. */
export function formatBytes(bytes: number): string {
  const gib = bytes / 2 ** 30;
  return gib >= 1 ? `${gib.toFixed(1)} GiB` : `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
