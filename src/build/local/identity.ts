import { createHash } from 'node:crypto';
import { LAYERS } from '../../plan/plan.ts';
import type { Layer, Plan, PlannedStep } from '../../plan/plan.ts';
import { bootstrapRecipe } from './bootstrap.ts';
import { DRESS, PROVISION, UNDRESS } from './chroot-scripts.ts';

/** Counted up when layers made by older versions must not be used any more. */
const STORE_FORMAT = 'bake/layer/v3';

/** The tree that the layers stand on counts as one too. */
export type LayerName = 'base' | Layer;

/** One layer as it should be: what it is called, what it stands on, what is done in it. */
export interface LayerSpec {
  readonly name: LayerName;
  /** sha256 (hex) of everything that makes it what it is, its parent's id included. */
  readonly id: string;
  readonly parent?: string;
  /** sha256 (hex) over the same without the steps: equal ones may continue each other's unfinished work. */
  readonly ground: string;
  /** In order; empty for the base. */
  readonly steps: readonly PlannedStep[];
  /** sha256 (hex) of each step and of what is done for it: what two layers may have in common of their steps. */
  readonly stepKeys: readonly string[];
}

/** Which layers a plan is made of, lowest first, and the name of the whole. Pure. */
export interface BuildIdentity {
  readonly layers: readonly LayerSpec[];
  /** sha256 (hex) over the plan, every layer, the extra files and the disk format: same id, same image. */
  readonly buildId: string;
}

export interface IdentityInputs {
  readonly plan: Plan;
  /** What a step does, in bash. A step's id names what is wanted; how it is done may change with bake. */
  readonly stepShell: (step: PlannedStep) => string;
  /** What else decides how a layer comes out: the helpers that all sections of `provision.sh` share. */
  readonly layerInputs: (layer: Layer) => string;
  readonly extraFiles: readonly ExtraFile[];
  /** Names the code that makes the disk. */
  readonly diskFormat: string;
}

/** A file put into the tree after the last layer. */
export interface ExtraFile {
  /** Absolute path in the image. */
  readonly path: string;
  /** Four octal digits. */
  readonly mode: string;
  readonly text: string;
}

/** Names the layers of a plan. Layers without steps are left out. */
export function identify(inputs: IdentityInputs): BuildIdentity {
  const { plan, stepShell, layerInputs, extraFiles, diskFormat } = inputs;
  const origin = plan.image.base;
  const recipe = origin.from === 'bootstrap' ? bootstrapRecipe(origin, plan.arch) : [];
  const base = layerSpec('base', undefined, [plan.arch, origin, recipe], [], stepShell);
  const layers = [base];
  let parent = base;
  for (const name of LAYERS) {
    const steps = plan.steps.filter((step) => step.layer === name);
    if (steps.length === 0) continue;
    parent = layerSpec(name, parent.id, [layerInputs(name), SURROUNDINGS], steps, stepShell);
    layers.push(parent);
  }
  const buildId = sha256([plan.hash, layers.map((layer) => layer.id), extraFiles, diskFormat]);
  return { layers, buildId };
}

/** What runs a layer's steps in its tree. */
const SURROUNDINGS = [DRESS, PROVISION, UNDRESS];

function layerSpec(
  name: LayerName,
  parent: string | undefined,
  inputs: unknown,
  steps: readonly PlannedStep[],
  stepShell: IdentityInputs['stepShell'],
): LayerSpec {
  const ground = sha256([STORE_FORMAT, name, parent ?? null, inputs]);
  const stepKeys = steps.map((step) => sha256([step.id, stepShell(step)]));
  const id = sha256([ground, stepKeys]);
  return { name, id, ...(parent === undefined ? {} : { parent }), ground, steps, stepKeys };
}

function sha256(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, sortedKeys)).digest('hex');
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
