import { arrange, hasErrors, type Diagnostic, type Outcome } from './diagnostics/diagnostic.ts';
import { bakedSecrets } from './emit/baked-secrets.ts';
import { emit, type Artifact } from './emit/emit.ts';
import { earlyFiles, machineFiles, type MachineInput } from './firstboot/machine.ts';
import { memberRules } from './firstboot/member-rules.ts';
import { firstBootInput, machineInput, type Member } from './firstboot/member.ts';
import { makePlan } from './plan/make-plan.ts';
import type { Pieces } from './plan/pieces.ts';
import type { Plan } from './plan/plan.ts';
import type { Delivery, ResolvedProfile } from './profile/profile.ts';
import { readChain } from './resolve/chain.ts';
import type { FileProvider } from './resolve/files.ts';
import { resolve } from './resolve/resolve.ts';
import type { Secrets } from './secrets/secrets.ts';
import type { Source } from './source/source.ts';
import { parseSize } from './units/size.ts';
import { validateRules } from './validate/rules.ts';
import type { ImageFormat } from './catalog/image-formats.ts';
import { inTableOrder, type TargetName } from './catalog/targets/index.ts';

/** What a profile compiles to. */
export interface Compiled {
  readonly plan: Plan;
  readonly artifacts: readonly Artifact[];
  readonly delivery: Delivery;
}

export interface CompileOptions {
  /** Stand-ins in place of Kubernetes' packages. */
  readonly standIn: boolean;
  /** Image formats in place of those of the profile. */
  readonly formats?: readonly ImageFormat[];
  /** Platforms in place of those of the profile. */
  readonly targets?: readonly TargetName[];
  /** Values for user-data; nothing else is made from them. */
  readonly secrets?: Secrets;
  /** The machine's place in a cluster. */
  readonly member?: Member;
}

/**
 * The pipeline: load, validate shape, resolve, validate rules, plan, emit. Pure: files come through `files`, free text
 * through `pieces`. What is of the wrong shape is told and left out, so that the rest is judged in the same run; with any
 * error there is no value.
 */
export function compile(
  entry: Source,
  files: FileProvider,
  pieces: Pieces,
  options: CompileOptions,
): Outcome<Compiled> {
  const said: Diagnostic[] = [];

  const chain = readChain(entry, files);
  said.push(...chain.diagnostics);
  if (!chain.value) return { diagnostics: arrange(said) };

  const resolved = resolve(chain.value, files);
  said.push(...resolved.diagnostics);
  if (!resolved.value) return { diagnostics: arrange(said) };

  const whole = asAsked(resolved.value, options);
  const { profile } = whole;
  const { standIn, member, secrets } = options;
  said.push(...validateRules(whole, options), ...(member ? memberRules(profile, member) : []));
  if (hasErrors(said)) return { diagnostics: arrange(said) };

  const plan = makePlan(whole, pieces, {
    standIn,
    ...(member ? { member: firstBootInput(profile, member) } : {}),
  });
  const artifacts = emit(plan, pieces, {
    ...(secrets ? { secrets } : {}),
    ...(member ? memberFiles(machineInput(profile, member)) : {}),
  });
  said.push(...bakedSecrets(plan, artifacts, secrets));
  if (hasErrors(said)) return { diagnostics: arrange(said) };
  return { value: { plan, artifacts, delivery: deliveryOf(profile) }, diagnostics: arrange(said) };
}

const memberFiles = (input: MachineInput) => ({ machine: machineFiles(input), early: earlyFiles(input) });

/** What the command line says goes before the profile. */
function asAsked(
  resolved: ResolvedProfile,
  { formats, targets }: Pick<CompileOptions, 'formats' | 'targets'>,
): ResolvedProfile {
  const { profile } = resolved;
  const image = {
    ...profile.image,
    ...(formats ? { formats: [...formats] } : {}),
    ...(targets ? { targets: [...inTableOrder(targets)] } : {}),
  };
  return { ...resolved, profile: { ...profile, image } };
}

function deliveryOf({ image: { formats, targets, ova } }: ResolvedProfile['profile']): Delivery {
  const { memory, ...rest } = ova;
  return { formats: [...new Set(formats)], targets, ova: { ...rest, memoryBytes: parseSize(memory) ?? 0 } };
}
