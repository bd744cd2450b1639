import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '../../adapters/process.ts';
import { archivesOf } from '../../plan/container-images.ts';
import type { CloudImageBase, Plan } from '../../plan/plan.ts';
import type { Monitor } from '../monitor.ts';
import { bootstrap } from './bootstrap.ts';
import { provision } from './chroot.ts';
import { sourceFile } from './downloads.ts';
import type { SourceFiles } from './downloads.ts';
import { isDiskFull, StepFailed } from './failures.ts';
import type { Host } from './host.ts';
import type { LayerSpec } from './identity.ts';
import { tryLock, waitForLock } from './lock.ts';
import type { Lock, LockMode } from './lock.ts';
import { openNamespace } from './namespace.ts';
import type { Namespace } from './namespace.ts';
import { mountPoint, mountStack } from './stacking.ts';
import type { Stack, Stacking } from './stacking.ts';
import { commitLayer, findLayer, keepPartial, paths, takePartial, touchLayer, treeOf } from './store.ts';
import type { LayerMeta, StepTime } from './store.ts';
import type { Workspace } from './workspace.ts';

/** Fills an empty folder with the root tree of a vendor's cloud image, which is the file `image`. Tools are to be run by `run`. */
export type UnpackCloudImage = (
  image: string,
  base: CloudImageBase,
  tree: string,
  tools: { readonly run: Run; readonly signal: AbortSignal },
) => Promise<void>;

/** What making layers needs, the same for all of one bake. */
export interface LayerContext {
  readonly host: Host;
  readonly cacheDir: string;
  readonly workspace: Workspace;
  readonly stacking: Stacking;
  readonly plan: Plan;
  /** Path of `provision.sh`. */
  readonly script: string;
  readonly unpackCloudImage: UnpackCloudImage;
  readonly files: SourceFiles;
  /** Make every layer anew. */
  readonly fresh: boolean;
  readonly monitor: Monitor;
  readonly signal: AbortSignal;
  /** How many steps the whole build has, base and disk included. */
  readonly of: number;
}

/** A layer that nobody removes or replaces until it is released. */
export interface HeldLayer {
  readonly meta: LayerMeta;
  readonly release: () => Promise<void>;
}

/**
 * Finds a layer in the cache or makes it, and holds it. Locks are taken in the order of the stack, and none
 * is asked for while one of the same or a higher layer is held, so bakes that share layers can't block each
 * other for good.
 * @param below the layers under it, lowest first, held by the caller.
 * @param firstNumber of its first step in the whole build.
 */
export async function ensureLayer(
  context: LayerContext,
  spec: LayerSpec,
  below: readonly LayerMeta[],
  firstNumber: number,
): Promise<HeldLayer> {
  const { host, cacheDir, monitor, stacking, fresh } = context;
  const event = { event: 'layer', layer: spec.name, id: spec.id } as const;
  const find = () => findLayer(host, cacheDir, spec, below.at(-1), stacking);
  let made = false;
  for (;;) {
    const use = await lockLayer(context, spec, 'shared');
    const found = await orRelease(use, find);
    if (found.state === 'good' && (made || !fresh)) {
      await touchLayer(host, cacheDir, spec.id);
      if (!made) monitor({ ...event, state: 'reused' });
      return { meta: found.meta, release: use.release };
    }
    await use.release();
    if (made) throw new Error(`layer ${spec.name} (${spec.id}) is ${found.state} right after it was made`);
    if (found.state === 'damaged') monitor({ ...event, state: 'damaged' });

    const change = await lockLayer(context, spec, 'exclusive');
    try {
      const now = await find();
      if (now.state === 'good' && !fresh) continue; // made by another bake while we waited
      await makeLayer(context, spec, below, firstNumber);
      monitor({ ...event, state: 'done' });
      made = true;
    } finally {
      await change.release();
    }
  }
}

async function orRelease<T>(lock: Lock, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function lockLayer(
  { host, cacheDir, monitor, signal }: LayerContext,
  spec: LayerSpec,
  mode: LockMode,
): Promise<Lock> {
  signal.throwIfAborted();
  const path = paths(cacheDir).lock(spec.id);
  const lock = await tryLock(host, path, mode);
  if (lock !== undefined) return lock;
  monitor({ event: 'note', message: `waiting for another bake that has the layer "${spec.name}" in hand` });
  return waitForLock(host, path, mode, signal);
}

async function makeLayer(
  context: LayerContext,
  spec: LayerSpec,
  below: readonly LayerMeta[],
  firstNumber: number,
): Promise<void> {
  const { host, cacheDir, workspace, stacking, monitor, signal } = context;
  const parent = below.at(-1);
  const folder = join(workspace.path, spec.name);
  const event = { event: 'layer', layer: spec.name, id: spec.id } as const;

  const partial =
    parent && !context.fresh ? await takePartial(host, cacheDir, spec, parent, stacking, folder) : undefined;
  await mkdir(folder, { recursive: true });
  monitor({ ...event, state: partial ? 'resumed' : 'building' });

  const stack: Stack = {
    root: cacheDir,
    below: below.map((layer) => treeOf(layer.id)),
    work: join(workspace.name, spec.name),
  };
  const origin = parent ? { parent: parent.id, parentListing: parent.listing } : {};
  const ns = await openNamespace(host, signal);
  let steps: readonly StepTime[];
  try {
    await mountStack(ns, stacking, stack);
    steps = await fill(context, ns, spec, join(cacheDir, mountPoint(stack)), firstNumber);
  } catch (error) {
    await ns.close();
    // What has filled the disk is better gone.
    if (error instanceof StepFailed && parent && !signal.aborted && !isDiskFull(error)) {
      await clearScratch(folder);
      const failed = spec.steps.findIndex((step) => step.id === error.stepId);
      const kept = {
        name: spec.name,
        parentListing: parent.listing,
        stacking,
        attempted: spec.stepKeys.slice(0, failed + 1),
      };
      await keepPartial(host, cacheDir, folder, spec.ground, kept);
    }
    throw error;
  }
  await ns.close();
  await clearScratch(folder);
  await commitLayer(
    host,
    cacheDir,
    folder,
    { id: spec.id, name: spec.name, ...origin, stacking, steps },
    signal,
  );
}

/** Does what makes the layer; returns how long each step took. */
async function fill(
  context: LayerContext,
  ns: Namespace,
  spec: LayerSpec,
  root: string,
  firstNumber: number,
): Promise<readonly StepTime[]> {
  const { host, plan, monitor, signal, of } = context;
  if (spec.name !== 'base') {
    const downloads = join(context.workspace.path, 'downloads');
    const archives = [];
    for (const archive of archivesOf(spec.steps)) {
      archives.push({ sha256: archive.sha256, path: await sourceFile(context, archive) });
    }
    const job = {
      root,
      script: context.script,
      downloads,
      archives,
      layer: spec.name,
      steps: spec.steps,
      firstNumber,
      of,
    };
    return provision(ns, job, monitor, signal);
  }
  const base = plan.image.base;
  if (base.from === 'vendor') throw new Error('the command line refuses what can’t be baked here');
  const what = base.from === 'bootstrap' ? `bootstrap of ${base.suite}` : base.location;
  const step = { n: firstNumber, of, title: `base system: ${what}` };
  const started = host.now();
  monitor({ event: 'step-start', ...step });
  if (base.from === 'bootstrap') {
    const onLine = (line: string): void => monitor({ event: 'output', line });
    await bootstrap(ns, base, plan.arch, root, { signal, onLine });
  } else {
    const image = await sourceFile(context, base);
    await context.unpackCloudImage(image, base, ns.view(root), { run: ns.run, signal });
  }
  monitor({ event: 'step-end', ...step, ms: host.now() - started });
  return [];
}

/** Of a layer's work folder only the tree is kept. */
async function clearScratch(folder: string): Promise<void> {
  for (const name of ['mnt', 'overlay', 'nothing'])
    await rm(join(folder, name), { recursive: true, force: true });
}
