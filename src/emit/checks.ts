import { OPERATING_SYSTEMS } from '../catalog/operating-systems.ts';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import type { Origin } from '../source/source.ts';
import type { Check } from '../steps/check.ts';
import { kindOf } from '../steps/index.ts';

/** A check with the step that it belongs to. */
export interface PlannedCheck {
  readonly stepId: string;
  readonly title: string;
  readonly origin: Origin;
  readonly phase: PlannedStep['phase'];
  readonly check: Check;
}

/** All that must be true of the machine, in the order of the steps; equal checks once. */
export function checksOf(plan: Plan): PlannedCheck[] {
  const all = plan.steps.flatMap((step) =>
    kindOf(step.step)
      .checks(step.step.input, { os: OPERATING_SYSTEMS[plan.os] })
      .map((check) => ({
        stepId: step.id,
        title: describeCheck(check),
        origin: step.origin,
        phase: step.phase,
        check,
      })),
  );
  return [...new Map(all.map((planned) => [planned.title, planned])).values()];
}

/** A check as a sentence that is true when it passes; on one line. */
export function describeCheck(check: Check): string {
  switch (check.check) {
    case 'file':
      return check.exists
        ? `${check.path} is ${[check.type === 'directory' ? 'a folder' : check.type === 'symlink' ? 'a link' : 'there', check.mode, check.owner && `of ${check.owner}`, check.sha256 && `with content ${check.sha256.slice(0, 12)}`, check.lines && `with its ${check.lines.length} lines`, check.withoutLines && `without ${check.withoutLines.join(' ')}`].filter(Boolean).join(', ')}`
        : `${check.path} is not there`;
    case 'package':
      return `package ${check.name} is ${check.installed ? 'installed' : 'not installed'}${check.version === undefined ? '' : ` at ${check.version}`}${check.held ? ' and held' : ''}`;
    case 'service':
      return `${check.unit} is ${[check.enabled === undefined ? '' : check.enabled ? 'enabled' : 'not enabled', check.masked ? 'masked' : '', check.active ? 'active' : ''].filter(Boolean).join(' and ')}`;
    case 'sysctl':
      return `${check.key} is ${check.value}`;
    case 'kernel-module':
      return `kernel module ${check.name} is loaded`;
    case 'user':
      return `user ${check.name} exists${check.groups ? ` in ${check.groups.join(', ')}` : ''}`;
    case 'swap-off':
      return 'no swap is in use';
    case 'command':
      return check.title.replace(/[\r\n]+/g, ' ');
  }
}
