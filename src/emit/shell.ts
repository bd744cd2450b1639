import { OPERATING_SYSTEMS } from '../catalog/operating-systems.ts';
import type { Pieces } from '../plan/pieces.ts';
import { LAYERS, type Plan, type PlannedStep } from '../plan/plan.ts';
import { formatOrigin } from '../source/source.ts';
import { kindOf, type Kind } from '../steps/index.ts';
import { shellWords } from '../text/shell.ts';

/** The texts that the helpers are made of. */
export type Helpers = Pick<Pieces, 'provisionHelpers' | 'packageHelpers'>;

/** What every script of a plan begins with: the helpers, and those for its system's packages. */
export function helpersOf({ os }: Pick<Plan, 'os'>, { provisionHelpers, packageHelpers }: Helpers): string {
  const parts = [provisionHelpers, packageHelpers[OPERATING_SYSTEMS[os].packageManager]];
  return parts.map((part) => part.replace(/^# shellcheck shell=bash\n/, '').trimEnd()).join('\n\n');
}

/** The bake phase as one self-contained bash script: the helpers, a section a step, and the order of the steps. */
export function emitProvision(plan: Plan, helpers: Helpers): string {
  return script(
    plan,
    plan.steps.filter((step) => step.phase === 'bake'),
    helpersOf(plan, helpers),
    'provision.sh',
  );
}

/** The same without sealing, for a builder that looks at the machine in between; {@link emitSeal} is the rest. */
export function emitUnsealedProvision(plan: Plan, helpers: Helpers): string {
  const steps = plan.steps.filter((step) => step.phase === 'bake' && step.step.kind !== 'seal');
  return script(plan, steps, helpersOf(plan, helpers), 'provision.sh, without sealing: seal.sh does that');
}

export function emitSeal(plan: Plan, helpers: Helpers): string {
  const steps = plan.steps.filter((step) => step.step.kind === 'seal');
  return script(
    plan,
    steps,
    helpersOf(plan, helpers),
    'seal.sh: takes the machine’s identity away, so that it can be an image',
  );
}

/** The same as provision.sh for the steps that cloud-init's own modules can't do, without those that make sense in an image only. */
export function emitStockProvision(plan: Plan, steps: readonly PlannedStep[], helpers: Helpers): string {
  return script(
    plan,
    steps,
    helpersFor(new Set(steps.map(({ step }) => step.kind)), helpersOf(plan, helpers)),
    'provision.sh for a stock image: what cloud-init’s own modules don’t do',
  );
}

/** Parts of the helpers, by their headings, that steps of one kind call and no other. */
const PARTS: Readonly<Record<string, Kind>> = {
  'container images': 'container-images',
  'stand-ins': 'stand-in',
  selinux: 'selinux',
  'kernel packages': 'kernel-modules-extra',
  sealing: 'seal',
};

/** The helpers without the parts that no step calls: user-data has little room. */
export function helpersFor(kinds: ReadonlySet<Kind>, helpers: string): string {
  return helpers
    .split(/^(?=# --- )/m)
    .filter((part) => {
      const kind = PARTS[/^# --- (.*?) -+$/m.exec(part)?.[1] ?? ''];
      return kind === undefined || kinds.has(kind);
    })
    .join('')
    .trimEnd();
}

function script(plan: Plan, steps: readonly PlannedStep[], helpers: string, what: string): string {
  const layers = LAYERS.filter((layer) => steps.some((step) => step.layer === layer));
  return [
    '#!/usr/bin/env bash',
    '# shellcheck disable=SC2016 # what a profile says stands between single quotes, so that nothing of it expands',
    `# ${what}`,
    `# profile ${plan.profile} (${plan.role}), ${plan.os} ${plan.arch}${plan.standIn ? ', with STAND-INS in place of Kubernetes' : ''}`,
    `# plan ${plan.hash}`,
    '# Made by bake: change the profile, not this file. It can be run again, also after it was killed.',
    'set -euo pipefail',
    '',
    helpers,
    '',
    `BAKE_ALL_LAYERS='${layers.join(' ')}'`,
    '',
    ...unique(steps).flatMap((step) => section(step, plan)),
    'bake_begin "$@"',
    '# A library would end here: nothing above does anything by itself.',
    ...steps.map(
      (step) =>
        `bake_step ${shellWords([step.layer ?? 'boot', step.id, formatOrigin(step.origin), oneLine(step.title)])}`,
    ),
    `BAKE_CURRENT=`,
    `bake_say ${shellWords([`done: ${plan.profile}, plan ${plan.hash.slice(0, 12)}`])}`,
    '',
  ].join('\n');
}

/** Two equal steps have one id and one section. */
function unique(steps: readonly PlannedStep[]): PlannedStep[] {
  return [...new Map(steps.map((step) => [step.id, step])).values()];
}

/** What a step does, as its section says it: all of `provision.sh` that is this step's own, and nothing of where it came from. */
export function shellOf({ step }: PlannedStep, plan: Plan): string {
  return kindOf(step).shell(step.input, { os: OPERATING_SYSTEMS[plan.os] });
}

function section(step: PlannedStep, plan: Plan): string[] {
  const body = shellOf(step, plan);
  return [
    `# ${'-'.repeat(100)}`,
    `# ${oneLine(step.title)}`,
    `# ${formatOrigin(step.origin)}`,
    `bake_section_${step.id}() {`,
    body === '' ? ':' : body,
    '}',
    '',
  ];
}

/** A title goes into a comment; it must not end it. */
const oneLine = (text: string): string => text.replace(/[\r\n\u0085\u2028\u2029]+/g, ' ');
