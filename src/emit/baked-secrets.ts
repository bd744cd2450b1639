import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Plan } from '../plan/plan.ts';
import { findSecrets } from '../secrets/scan.ts';
import { secretValuesOf, type Secrets } from '../secrets/secrets.ts';
import { formatOrigin } from '../source/source.ts';
import type { Artifact } from './emit.ts';

/**
 * The proof that nothing of the secrets file is in what is baked: all bake steps, of which every other baked text is made and
 * of nothing else, are searched for every value, as it is and encoded. Types keep values out of steps; this finds what a
 * person wrote into a profile by hand.
 */
export function bakedSecrets(
  plan: Plan,
  artifacts: readonly Artifact[],
  secrets: Secrets | undefined,
): Diagnostic[] {
  if (!secrets || !holdsSecrets(plan, secrets)) return [];
  const values = secretValuesOf(secrets);
  const found = artifacts
    .filter(({ secret }) => !secret)
    .map(({ name, text }) => ({ name, values: findSecrets(text, values).map((one) => one.name) }));
  return values.flatMap((value): Diagnostic[] => {
    const where = found.filter((one) => one.values.includes(value.name)).map(({ name }) => name);
    if (where.length === 0) return [];
    const step = plan.steps.find(({ step: one }) => findSecrets(JSON.stringify(one), [value]).length > 0);
    const by = step ? `; the step "${step.title}" (${formatOrigin(step.origin)}) brings it there` : '';
    return [
      {
        code: 'B408',
        severity: 'error',
        message: `the ${value.name} stands in what is baked (${where.join(', ')})${by}`,
        hint: 'take it out of the profile and of the files that it names',
        path: [],
      },
    ];
  });
}

/** Machines of one profile have the same bake steps, and looking through them takes most of the time of a compile. */
const known = new WeakMap<Secrets, Map<string, boolean>>();

function holdsSecrets({ steps }: Plan, secrets: Secrets): boolean {
  const text = JSON.stringify(steps.filter(({ phase }) => phase === 'bake').map(({ step }) => step));
  const before = known.get(secrets) ?? new Map<string, boolean>();
  known.set(secrets, before);
  const answer = before.get(text) ?? findSecrets(text, secretValuesOf(secrets)).length > 0;
  before.set(text, answer);
  return answer;
}
