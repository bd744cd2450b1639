import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Plan } from '../plan/plan.ts';
import { findSecrets } from '../secrets/scan.ts';
import { secretValuesOf, type Secrets } from '../secrets/secrets.ts';
import { formatOrigin } from '../source/source.ts';
import type { Artifact } from './emit.ts';

/**
 * The proof that nothing of the secrets file is in what is baked: every text but user-data is searched for every value, as
 * it is and encoded. Types keep values out of steps; this finds what a person wrote into a profile by hand.
 */
export function bakedSecrets(
  plan: Plan,
  artifacts: readonly Artifact[],
  secrets: Secrets | undefined,
): Diagnostic[] {
  const values = secrets ? secretValuesOf(secrets) : [];
  if (values.length === 0) return [];
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
