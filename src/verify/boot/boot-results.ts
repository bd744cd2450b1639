import type { CheckResult, PlannedCheck, Where } from '../result.ts';
import { resultOf } from '../result.ts';
import { parseTap, type TapPoint } from '../tap.ts';
import { lastLines } from './console.ts';
import type { Section } from './guest-report.ts';
import type { Outcome } from './guest.ts';

const NEVER = 'never reported';

/**
 * What a boot proved. Every planned check has its result, every part of the checks that should have
 * run too: what never reported has failed.
 */
export function bootResults(
  outcome: Outcome,
  checks: readonly PlannedCheck[],
  options: { readonly where: Where; readonly goss: boolean },
): readonly CheckResult[] {
  const { where } = options;
  const section = (name: string) => outcome.report.sections.find((one) => one.name === name);
  return [
    bootResult(outcome, where),
    ...sectionResults('machine', section('machine'), where),
    ...plannedResults(section('verify'), checks, where),
    ...(options.goss ? sectionResults('goss', section('goss'), where) : []),
  ];
}

function bootResult({ problem, console }: Outcome, where: Where): CheckResult {
  const base = { id: 'machine/boot', title: 'the machine boots and runs its checks', where };
  if (problem === undefined) return { ...base, status: 'pass' };
  const last = lastLines(console);
  return {
    ...base,
    status: 'fail',
    detail: last === '' ? problem : `${problem}; the last lines of its console:\n${last}`,
  };
}

function plannedResults(
  section: Section | undefined,
  checks: readonly PlannedCheck[],
  where: Where,
): readonly CheckResult[] {
  const points = parseTap(section?.text ?? '').points;
  const reported = new Map<string, TapPoint[]>();
  for (const point of points) reported.set(point.title, [...(reported.get(point.title) ?? []), point]);
  const planned = checks.map((check) => {
    const point = reported.get(check.title.trim())?.shift();
    return point
      ? resultOf(check, where, statusOf(point), point.detail)
      : resultOf(check, where, 'fail', NEVER);
  });
  const unplanned = [...reported.values()].flat().map((point) => pointResult('verify', point, where));
  return [...planned, ...unplanned, ...unfinished('verify', section, where)];
}

function sectionResults(name: string, section: Section | undefined, where: Where): readonly CheckResult[] {
  const points = parseTap(section?.text ?? '').points;
  return [...points.map((point) => pointResult(name, point, where)), ...unfinished(name, section, where)];
}

function pointResult(id: string, point: TapPoint, where: Where): CheckResult {
  const { title, detail } = point;
  return { id, title, status: statusOf(point), where, ...(detail === undefined ? {} : { detail }) };
}

function statusOf(point: TapPoint): CheckResult['status'] {
  if (point.skipped !== undefined) return 'skip';
  return point.ok ? 'pass' : 'fail';
}

/** A part that did not come to its end, or reported less than it announced, or failed and blames no check. */
function unfinished(name: string, section: Section | undefined, where: Where): readonly CheckResult[] {
  const problem = section === undefined ? NEVER : partProblem(section);
  return problem === undefined
    ? []
    : [{ id: name, title: `all checks of "${name}" report`, status: 'fail', detail: problem, where }];
}

function partProblem({ text, exitCode }: Section): string | undefined {
  const { announced, points, bailedOut } = parseTap(text);
  const last = lastLines(text, 10);
  if (bailedOut !== undefined) return `gave up: ${bailedOut}`;
  if (exitCode === undefined) return `did not end; its last lines:\n${last}`;
  if (exitCode === 124 || exitCode === 137) return `was stopped at its time limit; its last lines:\n${last}`;
  if (announced === undefined) return `never said how many checks it has; its last lines:\n${last}`;
  if (announced !== points.length) return `announced ${announced} checks and reported ${points.length}`;
  if (exitCode !== 0 && points.every((point) => point.ok))
    return `exited with code ${exitCode} although no check failed`;
  return undefined;
}
