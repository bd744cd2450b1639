import type { Secrets } from '../secrets/secrets.ts';
import type { SecretText } from '../secrets/secret-text.ts';
import type { Check } from './check.ts';

/** What a step kind may know beyond its own input. */
export interface StepContext {
  readonly os: {
    readonly packageManager: 'apt' | 'dnf';
    readonly defaultUser: string;
  };
  /** For the boot phase only, when user-data is written: nothing that is baked is given any. */
  readonly secrets?: Secrets;
  /** For the boot phase only: files for first boot. */
  readonly machine?: readonly MachineFile[];
  /** For user-data of a stock image: files that its provisioning needs. */
  readonly early?: readonly MachineFile[];
}

/** A file of root's that user-data brings for first boot. */
export interface MachineFile {
  readonly path: string;
  /** Octal, four digits. */
  readonly mode: string;
  readonly text: SecretText;
}

/**
 * The part of a cloud-config that one step asks for, in cloud-init's own words
 * (https://docs.cloud-init.io/en/latest/reference/modules.html). The emitter joins the lists.
 */
export interface CloudConfig {
  readonly hostname?: string;
  readonly timezone?: string;
  readonly ssh_authorized_keys?: readonly string[];
  readonly users?: readonly Readonly<Record<string, unknown>>[];
  readonly apt?: Readonly<Record<string, unknown>>;
  readonly packages?: readonly (string | readonly [string, string])[];
  readonly write_files?: readonly WriteFile[];
  readonly runcmd?: readonly (readonly string[])[];
}

export interface WriteFile {
  readonly path: string;
  readonly content: string | SecretText;
  readonly owner: string;
  readonly permissions: string;
  /** After packages and users (cloud-init 21.4). */
  readonly defer?: boolean;
}

/**
 * One kind of step: how a thing is done to a machine, and how one sees afterwards that it was done. `I` is the
 * step's input as the plan holds it: plain data, never a secret.
 */
export interface StepKind<I> {
  /** A few words for progress lines; no newline. */
  readonly title: (input: I) => string;
  /**
   * Body of a bash function under `set -euo pipefail`, with the helpers of userdata/provision.sh at hand.
   * Idempotent; may be killed anywhere and run again. Empty when there is nothing to do in a shell.
   */
  readonly shell: (input: I, context: StepContext) => string;
  /**
   * The same by cloud-init's own modules, for a stock image; `undefined` where the shell does it. Only for what does
   * not depend on an earlier shell step: cloud-init runs its modules first (docs/architecture.md, "Two routes").
   */
  readonly cloudConfig?: (input: I, context: StepContext) => CloudConfig | undefined;
  readonly checks: (input: I, context: StepContext) => readonly Check[];
  /** Whether it only makes sense in an image, not on a machine that runs already. */
  readonly imageOnly?: (input: I) => boolean;
}

/** Helps a kind's file to say its types once. */
export function defineStep<I>(kind: StepKind<I>): StepKind<I> {
  return kind;
}
