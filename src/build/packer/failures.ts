import type { Origin } from '../../source/source.ts';

/** What a failed build was at. */
export interface FailedStage {
  readonly builder: string;
  readonly title: string;
  /** The profile's line that asked for it, where it is a step of the plan. */
  readonly origin?: Origin;
}

/** Packer has failed, and has taken away what it was building in. */
export class PackerFailed extends Error {
  override readonly name = 'PackerFailed';
  /** Absent where it failed before any build began, or none of them says so. */
  readonly stage: FailedStage | undefined;
  /** The last lines, oldest first. */
  readonly output: readonly string[];
  /** Path of all that Packer said. */
  readonly log: string;

  constructor(reason: string, stage: FailedStage | undefined, output: readonly string[], log: string) {
    super(reason);
    this.stage = stage;
    this.output = output;
    this.log = log;
  }
}
