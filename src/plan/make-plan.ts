import { createHash } from 'node:crypto';
import type { ResolvedProfile } from '../profile/profile.ts';
import { formatOrigin, originOf } from '../source/source.ts';
import { kindOf } from '../steps/index.ts';
import { stableJson } from '../text/stable-json.ts';
import type { FirstBootInput } from '../steps/first-boot.ts';
import { planBalancer } from './balancer.ts';
import { planBoot } from './boot.ts';
import { planContainerImages } from './container-images.ts';
import type { Draft } from './draft.ts';
import { planFirewall } from './firewall.ts';
import { planFirstBoot } from './first-boot.ts';
import { planImage } from './image.ts';
import { planKubernetes, planNodeHost } from './kubernetes.ts';
import { planOwn, planRelease } from './people.ts';
import type { Pieces } from './pieces.ts';
import { LAYERS, type Plan, type PlannedStep } from './plan.ts';
import { planPlatform } from './platform.ts';
import { planRuntime } from './runtime.ts';
import { planSystem } from './system.ts';

export interface PlanOptions {
  readonly standIn: boolean;
  /** What the machine is in its cluster; absent where it has none, or where it is not known yet. */
  readonly member?: FirstBootInput;
}

/** Turns a whole, checked profile into the ordered steps of its machine. */
export function makePlan(resolved: ResolvedProfile, pieces: Pieces, options: PlanOptions): Plan {
  const { profile } = resolved;
  const standIn = options.standIn && profile.kubernetes !== undefined;
  const drafts = [
    ...planSystem(resolved, pieces),
    ...planNodeHost(resolved),
    ...planRuntime(resolved, pieces, standIn),
    ...planBalancer(resolved),
    ...planKubernetes(resolved, pieces, standIn),
    ...planContainerImages(resolved, standIn),
    ...planFirewall(resolved, pieces),
    ...planFirstBoot(pieces),
    ...planPlatform(resolved),
    ...planOwn(resolved),
    ...planRelease(resolved, standIn),
    { phase: 'bake', layer: 'profile', because: ['role'], step: { kind: 'seal', input: {} } } satisfies Draft,
    ...planBoot(resolved, options.member),
  ];
  const body = {
    profile: profile.name,
    role: profile.role,
    os: profile.os,
    arch: profile.arch,
    standIn,
    image: planImage(resolved, drafts),
    versions: versionsOf(resolved),
    steps: inOrder(drafts).map((draft) => plannedStep(draft, resolved)),
  };
  return { format: 'bake/plan/v1', hash: sha256(stableJson(body)), ...body };
}

/** By layer, and within a layer in the order in which they were planned; boot steps last. */
function inOrder(drafts: readonly Draft[]): Draft[] {
  const rank = ({ layer }: Draft): number => (layer === undefined ? LAYERS.length : LAYERS.indexOf(layer));
  return [...drafts].sort((a, b) => rank(a) - rank(b));
}

function plannedStep({ phase, layer, because, step }: Draft, resolved: ResolvedProfile): PlannedStep {
  return {
    id: sha256(stableJson({ phase, step })).slice(0, 16),
    phase,
    ...(layer === undefined ? {} : { layer }),
    title: kindOf(step).title(step.input),
    origin: originOf(resolved.spanOf(because)),
    step,
  };
}

function versionsOf({ profile }: ResolvedProfile): Record<string, string> {
  const { kubernetes, runtime } = profile;
  return {
    ...(kubernetes ? { kubernetes: kubernetes.version } : {}),
    ...(runtime
      ? {
          runtime:
            runtime.version === undefined
              ? `${runtime.engine} (${runtime.source})`
              : `${runtime.engine} ${runtime.version}`,
        }
      : {}),
  };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The plan as it is printed and stored: two blanks of indentation, keys sorted, a newline at the end. */
export function printPlan(plan: Plan): string {
  return `${stableJson(plan, 2)}\n`;
}

/** Reads a plan back; `undefined` where the text is none, or one of another version of the format. */
export function parsePlan(text: string): Plan | undefined {
  try {
    const value = JSON.parse(text) as Partial<Plan> | null;
    if (value?.format !== 'bake/plan/v1' || !Array.isArray(value.steps)) return undefined;
    const { format: _format, hash, ...body } = value as Plan;
    return sha256(stableJson(body)) === hash ? (value as Plan) : undefined;
  } catch {
    return undefined;
  }
}

/** One line a step, for people. */
export function describePlan(plan: Plan): string {
  const lines = plan.steps.map(
    ({ id, phase, layer, title, origin }) =>
      `${id}  ${(layer ?? phase).padEnd(10)}  ${title}  (${formatOrigin(origin)})`,
  );
  return `${lines.join('\n')}\n`;
}
