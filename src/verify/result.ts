import type { Origin } from '../source/source.ts';
import type { Check } from '../steps/check.ts';

/** A check as the plan asks for it, with the step and the profile's line that it comes from. */
export interface PlannedCheck {
  readonly stepId: string;
  readonly title: string;
  readonly origin: Origin;
  readonly check: Check;
}

/** Where a check was answered; `second` is the machine started once more on the same disk. */
export type Where = 'offline' | 'boot-bios' | 'boot-bios-second' | 'boot-uefi' | 'boot-uefi-second';

/** The answer to one check. `detail` says what was found and, for a failure, why it matters. */
export interface CheckResult {
  /** The step's id, or `hygiene/<rule>`, `goss`, `machine/<rule>`. */
  readonly id?: string;
  readonly title: string;
  readonly origin?: Origin;
  readonly status: 'pass' | 'fail' | 'skip';
  readonly detail?: string;
  readonly where: Where;
}

/** What a planned check and its result have in common. */
export function resultOf(
  planned: PlannedCheck,
  where: Where,
  status: CheckResult['status'],
  detail?: string,
): CheckResult {
  const { stepId: id, title, origin } = planned;
  return { id, title, origin, status, where, ...(detail === undefined ? {} : { detail }) };
}

/** Whether an image may be used: nothing failed, and something was looked at. */
export function allPassed(results: readonly CheckResult[]): boolean {
  return results.length > 0 && results.every((result) => result.status !== 'fail');
}
