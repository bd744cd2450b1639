import { access, constants, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolFailure } from '../../adapters/process.ts';
import type { Run } from '../../adapters/process.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Monitor } from '../monitor.ts';
import { pruneCache } from './cache.ts';
import type { SourceFiles } from './downloads.ts';
import { FolderUnwritable, Interrupted, isDiskFull, NoSpace, OutputBusy } from './failures.ts';
import type { Host } from './host.ts';
import type { BuildIdentity, ExtraFile } from './identity.ts';
import { ensureLayer } from './layers.ts';
import type { HeldLayer, LayerContext, UnpackCloudImage } from './layers.ts';
import { tryLock } from './lock.ts';
import { openNamespace } from './namespace.ts';
import type { Namespace } from './namespace.ts';
import { publish } from './produced.ts';
import type { BuildRecord, ProducedFile } from './produced.ts';
import { demandSpace, freeBytes } from './space.ts';
import type { SpaceNeeds } from './space.ts';
import { chooseStacking, mountPoint, mountStack } from './stacking.ts';
import { makeFolders, paths, readMeta, treeOf } from './store.ts';
import type { LayerMeta, StepTime } from './store.ts';
import { openWorkspace } from './workspace.ts';
import type { Workspace } from './workspace.ts';

/** What to bake, and where. Folders are absolute paths. */
export interface BakeRequest {
  readonly plan: Plan;
  /** From `identify`. */
  readonly identity: BuildIdentity;
  /** Text of `provision.sh`. */
  readonly provision: string;
  readonly extraFiles: readonly ExtraFile[];
  readonly imageName: string;
  /** How many steps {@link FinishDisk} takes. */
  readonly finishSteps: number;
  readonly outDir: string;
  readonly cacheDir: string;
  /** The cache is pruned to this size after a bake; what the bake used stays. */
  readonly cacheLimitBytes: number;
  readonly needs: SpaceNeeds;
  /** Make every layer anew. */
  readonly fresh: boolean;
}

/** What a disk is made from. */
export interface DiskJob {
  /** The finished root tree; may be written to, without consequence for the layers. Can be opened from here. */
  readonly tree: string;
  /** Empty folder for the disk and what it takes to make it. */
  readonly workDir: string;
  readonly imageName: string;
  /** Does a part of it as a step of its own, which is told. May be called while another one runs. */
  readonly step: <T>(title: string, work: () => Promise<T>) => Promise<T>;
  /** Runs tools where they end with the build; paths must be absolute. */
  readonly run: Run;
  readonly signal: AbortSignal;
}

/** Makes the disk image; returns the files in `workDir`, each by `finish`, the image first. */
export type FinishDisk = (job: DiskJob) => Promise<readonly ProducedFile[]>;

export interface BakeTools {
  readonly host: Host;
  readonly monitor: Monitor;
  readonly signal: AbortSignal;
  readonly finishDisk: FinishDisk;
  /** Writes down what came out. Called once the files are in place, before anything else can fail. */
  readonly record: (result: BakeResult) => Promise<void>;
  readonly unpackCloudImage: UnpackCloudImage;
  readonly files: SourceFiles;
}

/** What came out, for the manifest. */
export interface BakeResult extends BuildRecord {
  /** Lowest first. */
  readonly layers: readonly LayerMeta[];
  /** Of every step, reused ones included: how long it took when it was done. */
  readonly steps: readonly StepTime[];
  /** Installed packages, by name. */
  readonly packages: readonly { readonly name: string; readonly version: string; readonly arch: string }[];
}

/**
 * Bakes an image: layers from the cache or made now, one upon the other, then the disk. However it ends, no
 * mount and no process is left, and the output folder holds a complete image or the one it held before.
 * @throws StepFailed, OutputBusy, NoSpace, FolderUnwritable, Interrupted, or ToolFailure of any other tool.
 */
export async function bakeLocal(request: BakeRequest, tools: BakeTools): Promise<BakeResult> {
  try {
    return await bake(request, tools);
  } catch (error) {
    if (tools.signal.aborted) throw new Interrupted(error);
    if (error instanceof NoSpace || !isDiskFull(error)) throw error;
    throw await noSpace(request, error);
  }
}

async function bake(request: BakeRequest, tools: BakeTools): Promise<BakeResult> {
  const { plan, identity, outDir, cacheDir } = request;
  const { host, monitor, signal } = tools;
  const started = host.now();
  const of = identity.layers.reduce((sum, layer) => sum + stepCount(layer.steps), 0) + request.finishSteps;
  monitor({ event: 'build-start', profile: plan.profile, standIn: plan.standIn, steps: of });

  const cleanUp: (() => Promise<unknown>)[] = [];
  try {
    await claim(host, outDir);
    const outLock = await tryLock(host, outDir, 'exclusive');
    if (outLock === undefined) throw new OutputBusy(outDir);
    cleanUp.push(outLock.release);
    await claim(host, cacheDir);
    await makeFolders(cacheDir);
    const workspace = await openWorkspace(host, cacheDir);
    cleanUp.push(workspace.remove);
    await demandRoom(request);

    const script = join(workspace.path, 'provision.sh');
    await writeFile(script, request.provision);
    const stacking = await withNamespace(host, signal, (ns) =>
      chooseStacking(ns, cacheDir, join(workspace.name, 'trial')),
    );
    const context: LayerContext = {
      ...tools,
      cacheDir,
      workspace,
      stacking,
      plan,
      script,
      fresh: request.fresh,
      of,
    };
    const held: HeldLayer[] = [];
    cleanUp.push(() => Promise.all(held.map((layer) => layer.release())));
    let number = 1;
    for (const spec of identity.layers) {
      const below = held.map((layer) => layer.meta);
      held.push(await ensureLayer(context, spec, below, number));
      number += stepCount(spec.steps);
    }
    const layers = held.map((layer) => layer.meta);

    const step: DiskJob['step'] = async (title, work) => {
      const told = { n: number++, of, title };
      const stepStarted = host.now();
      monitor({ event: 'step-start', ...told });
      const made = await work();
      monitor({ event: 'step-end', ...told, ms: host.now() - stepStarted });
      return made;
    };
    const output = await makeImage(request, tools, context, workspace, layers, step);

    const steps = layers.flatMap((layer) => layer.steps);
    const result: BakeResult = { buildId: identity.buildId, ...output, layers, steps };
    await tools.record(result);
    await prune(request, tools);
    const image = join(outDir, output.files[0]?.name ?? request.imageName);
    monitor({ event: 'build-end', image, ms: host.now() - started });
    return result;
  } finally {
    for (const action of cleanUp.toReversed()) await action();
  }
}

/** The image is made: a cache that can't be pruned now is worth a word, and no more. */
async function prune(
  { cacheDir, cacheLimitBytes }: BakeRequest,
  { host, monitor }: BakeTools,
): Promise<void> {
  try {
    for (const { name, id } of await pruneCache(host, cacheDir, cacheLimitBytes)) {
      monitor({ event: 'note', message: `removed from the cache: ${name} (${id.slice(0, 12)})` });
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    monitor({ event: 'note', message: `warning: the cache can’t be pruned: ${reason}` });
  }
}

/** The base counts as one step. */
const stepCount = (steps: readonly unknown[]): number => Math.max(1, steps.length);

async function makeImage(
  request: BakeRequest,
  { host, signal, finishDisk }: BakeTools,
  { stacking }: LayerContext,
  workspace: Workspace,
  layers: readonly LayerMeta[],
  step: DiskJob['step'],
): Promise<Pick<BakeResult, 'files' | 'packages'>> {
  const { outDir, cacheDir, imageName } = request;
  // Beside the image, so that it can be renamed into place. Ours alone, as we hold the lock of the folder.
  const workDir = join(outDir, '.unfinished');
  try {
    await rm(workDir, { recursive: true, force: true });
    await mkdir(workDir);
    return await withNamespace(host, signal, async (ns) => {
      const stack = {
        root: cacheDir,
        below: layers.map(({ id }) => treeOf(id)),
        work: join(workspace.name, 'image'),
      };
      await mountStack(ns, stacking, stack);
      const root = join(cacheDir, mountPoint(stack));
      for (const file of request.extraFiles) await putFile(ns, root, file, signal);
      const packages = await installedPackages(ns, root, signal);
      const files = await finishDisk({ tree: ns.view(root), workDir, imageName, step, run: ns.run, signal });
      await publish(workDir, outDir, files, signal);
      return { files, packages };
    });
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

// By the tree's own root, so that absolute links in it lead where they will lead on the machine.
const PUT = 'umask 022; mkdir -p "${1%/*}" && cat >"$1" && chmod "$2" "$1"';

async function putFile(ns: Namespace, root: string, file: ExtraFile, signal: AbortSignal): Promise<void> {
  const { path, mode, text } = file;
  await ns.run('chroot', [root, 'sh', '-c', PUT, 'put', path, mode], { input: text, signal });
}

async function installedPackages(
  ns: Namespace,
  root: string,
  signal: AbortSignal,
): Promise<BakeResult['packages']> {
  const format = '${db:Status-Status} ${Package} ${Version} ${Architecture}\\n';
  const query = [`--admindir=${root}/var/lib/dpkg`, '--show', `--showformat=${format}`];
  const { stdout } = await ns.run('dpkg-query', query, { signal });
  return stdout
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([status]) => status === 'installed')
    .map(([, name = '', version = '', arch = '']) => ({ name, version, arch }));
}

async function withNamespace<T>(
  host: Host,
  signal: AbortSignal,
  use: (ns: Namespace) => Promise<T>,
): Promise<T> {
  const ns = await openNamespace(host, signal);
  try {
    return await use(ns);
  } finally {
    await ns.close();
  }
}

/** Makes the folder where it is missing, and finds out now rather than in half an hour whether it can be written to. */
async function claim(host: Host, folder: string): Promise<void> {
  try {
    await host.run('mkdir', ['-p', '--', folder]);
    await access(folder, constants.W_OK);
  } catch (error) {
    if (isDiskFull(error)) throw error;
    if (error instanceof ToolFailure) throw new FolderUnwritable(folder, error.output.trim());
    if (error instanceof Error && 'code' in error) throw new FolderUnwritable(folder, error.message);
    throw error;
  }
}

async function demandRoom({ identity, cacheDir, outDir, needs }: BakeRequest): Promise<void> {
  const { layer } = paths(cacheDir);
  const known = await Promise.all(identity.layers.map(({ id }) => readMeta(layer(id))));
  const missing = known.filter((meta) => meta === undefined).length;
  await demandSpace(cacheDir, missing * needs.layerBytes);
  await demandSpace(outDir, needs.outputBytes);
}

/** Finds out which of the two folders is the full one: the one with the least room for what it needs. */
async function noSpace({ identity, cacheDir, outDir, needs }: BakeRequest, cause: unknown): Promise<NoSpace> {
  const cacheNeeds = identity.layers.length * needs.layerBytes;
  const [cacheFree, outFree] = [await freeBytes(cacheDir), await freeBytes(outDir)];
  return outFree - needs.outputBytes < cacheFree - cacheNeeds
    ? new NoSpace(outDir, needs.outputBytes, outFree, cause)
    : new NoSpace(cacheDir, cacheNeeds, cacheFree, cause);
}
