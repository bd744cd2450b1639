import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checksOf } from '../emit/checks.ts';
import type { Artifact } from '../emit/emit.ts';
import { shellOf } from '../emit/shell.ts';
import type { Plan } from '../plan/plan.ts';
import { stableJson } from '../text/stable-json.ts';
import { IMAGE_RECORDS } from '../verify/image/made-by.ts';
import type { CheckResult } from '../verify/result.ts';
import { verifyOffline } from '../verify/offline/verify-offline.ts';
import { assembleDisk } from './disk/assemble.ts';
import { openCloudImage, type VendorLayout } from './disk/cloud-image.ts';
import { convertImage } from './disk/convert.ts';
import { diskCode } from './disk/code.ts';
import { refillCloudImage } from './disk/refill.ts';
import { bakeLocal, type BakeResult, type DiskJob } from './local/bake.ts';
import type { Host } from './local/host.ts';
import { identify, type BuildIdentity, type ExtraFile } from './local/identity.ts';
import type { SourceFiles } from './local/downloads.ts';
import type { UnpackCloudImage } from './local/layers.ts';
import { isUnchanged } from './local/produced.ts';
import { USUAL_NEEDS } from './local/space.ts';
import type { Monitor } from './monitor.ts';

/** Within a tree unpacked from a vendor's image: what surrounds the tree on the vendor's disk. Never in an image. */
const VENDOR_RECORDS = '.bake-vendor';

export interface ImageRequest {
  readonly plan: Plan;
  readonly artifacts: readonly Artifact[];
  readonly outDir: string;
  readonly cacheDir: string;
  readonly cacheLimitBytes: number;
  readonly fresh: boolean;
  /** Values that must be nowhere on the disk. */
  readonly secrets: readonly { readonly name: string; readonly value: string }[];
}

export interface ImageTools {
  readonly host: Host;
  readonly monitor: Monitor;
  readonly signal: AbortSignal;
  readonly files: SourceFiles;
  /** Called under the lock of the output folder, once the image is made and has passed: writes what belongs beside it. */
  readonly writeBeside: () => void;
}

/** An image that was made does not pass its own checks; it was not kept. */
export class ChecksFailed extends Error {
  override readonly name = 'ChecksFailed';
  readonly results: readonly CheckResult[];
  constructor(results: readonly CheckResult[]) {
    super('the image does not pass its own checks');
    this.results = results;
  }
}

/** What is in the output folder now. */
export interface BakedImage {
  /** Absolute path of the first image file. */
  readonly image: string;
  readonly unchanged: boolean;
  /** Of the offline part; empty when nothing had to be done. */
  readonly checks: readonly CheckResult[];
}

/** Which layers and image a compiled profile asks for. */
export function identityOf(plan: Plan, artifacts: readonly Artifact[]): BuildIdentity {
  const helpers = helpersHash(artifacts);
  return identify({
    plan,
    stepShell: (step) => shellOf(step, plan),
    layerInputs: () => helpers,
    extraFiles: extraFiles(artifacts),
    diskFormat: diskCode(),
  });
}

/** Whether `outDir` holds what {@link bakeImage} would make of a compiled profile. In milliseconds; writes nothing. */
export function isBaked(
  { plan, artifacts }: { readonly plan: Plan; readonly artifacts: readonly Artifact[] },
  outDir: string,
): Promise<boolean> {
  return isUnchanged(outDir, identityOf(plan, artifacts).buildId);
}

/** Bakes a compiled profile into `outDir`: layers, disk, offline checks, conversion, manifest. */
export async function bakeImage(request: ImageRequest, tools: ImageTools): Promise<BakedImage> {
  const { plan, artifacts, outDir } = request;
  const { monitor, signal, host } = tools;
  const identity = identityOf(plan, artifacts);
  const imageName = `${plan.image.name}.${plan.image.formats[0] ?? 'qcow2'}`;
  const image = join(outDir, imageName);
  if (!request.fresh && (await isBaked(request, outDir))) {
    monitor({ event: 'unchanged', image, standIn: plan.standIn });
    return { image, unchanged: true, checks: [] };
  }
  const checks: CheckResult[] = [];
  await bakeLocal(
    {
      ...request,
      identity,
      provision: textOf(artifacts, 'provision.sh'),
      extraFiles: extraFiles(artifacts),
      imageName,
      needs: USUAL_NEEDS,
    },
    {
      host,
      monitor,
      signal,
      unpackCloudImage,
      files: tools.files,
      record: (result) => writeManifest(outDir, manifestOf(plan, result, checks)),
      finishDisk: async (job) => {
        const raw = await makeDisk(plan, identity.buildId, job);
        checks.push(
          ...(await verifyOffline({
            image: raw,
            checks: checksOf(plan),
            secrets: request.secrets,
            scratchDir: job.workDir,
            run: host.run,
            signal,
          })),
        );
        if (checks.some(({ status }) => status === 'fail')) throw new ChecksFailed(checks);
        const names = await convertAll(plan, raw, job);
        tools.writeBeside();
        return names;
      },
    },
  );
  return { image, unchanged: false, checks };
}

/** The disk as a raw file, from a tree that a bootstrap or a vendor's image began. */
async function makeDisk(plan: Plan, seed: string, { tree, workDir, run, signal }: DiskJob): Promise<string> {
  const { diskSize, base } = plan.image;
  if (base.from === 'bootstrap') {
    const disk = await assembleDisk(
      { tree, work: workDir, diskSizeBytes: diskSize, arch: 'amd64', seed },
      { run, signal },
    );
    return disk.path;
  }
  const records = join(tree, VENDOR_RECORDS);
  const head = join(workDir, 'head.raw');
  await run('cp', ['--sparse=always', join(records, 'head.raw'), head]);
  const layout = JSON.parse(await readFile(join(records, 'layout.json'), 'utf8')) as VendorLayout;
  await rm(records, { recursive: true });
  const disk = await refillCloudImage(
    { image: { tree, head, layout }, work: workDir, diskSizeBytes: diskSize },
    { run, signal },
  );
  return disk.path;
}

async function convertAll(plan: Plan, raw: string, { workDir, run, signal }: DiskJob): Promise<string[]> {
  const names: string[] = [];
  for (const format of plan.image.formats) {
    const name = `${plan.image.name}.${format}`;
    await convertImage(raw, join(workDir, name), format, { run, signal });
    names.push(name);
  }
  return names;
}

/** The vendor's tree, with what surrounds it on the disk kept inside, so that both are one layer. */
const unpackCloudImage: UnpackCloudImage = async (image, base, tree, { run, signal }) => {
  const work = `${tree}.vendor`;
  await mkdir(work, { recursive: true });
  try {
    const opened = await openCloudImage({ image, sha256: base.sha256, work }, { run, signal });
    await run('cp', ['-a', `${opened.tree}/.`, tree]);
    const records = join(tree, VENDOR_RECORDS);
    await mkdir(records, { recursive: true });
    await rename(opened.head, join(records, 'head.raw'));
    await writeFile(join(records, 'layout.json'), JSON.stringify(opened.layout));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
};

function manifestOf(plan: Plan, result: BakeResult, checks: readonly CheckResult[]): Record<string, unknown> {
  const { buildId, files, layers, steps, packages } = result;
  const count = (status: CheckResult['status']): number =>
    checks.filter((check) => check.status === status).length;
  return {
    format: 'bake/manifest/v1',
    buildId,
    profile: plan.profile,
    role: plan.role,
    os: plan.os,
    arch: plan.arch,
    standIn: plan.standIn,
    plan: plan.hash,
    versions: plan.versions,
    files,
    layers: layers.map(({ id, name, bytes }) => ({ id, name, bytes })),
    steps,
    packages,
    offlineChecks: { passed: count('pass'), failed: count('fail'), skipped: count('skip') },
  };
}

async function writeManifest(outDir: string, manifest: Record<string, unknown>): Promise<void> {
  const path = join(outDir, 'manifest.json');
  await writeFile(`${path}.new`, `${stableJson(manifest, 2)}\n`);
  await rename(`${path}.new`, path);
}

function extraFiles(artifacts: readonly Artifact[]): ExtraFile[] {
  const put = (name: string, mode: string): ExtraFile => ({
    path: `${IMAGE_RECORDS}/${name}`,
    mode,
    text: textOf(artifacts, name),
  });
  return [put('plan.json', '0644'), put('verify.sh', '0755'), put('goss.yaml', '0644')];
}

/** What all sections of `provision.sh` share. */
function helpersHash(artifacts: readonly Artifact[]): string {
  const [helpers = ''] = textOf(artifacts, 'provision.sh').split('\nBAKE_ALL_LAYERS=');
  return createHash('sha256')
    .update(helpers.replace(/^(?:#.*\n)+/, ''))
    .digest('hex');
}

function textOf(artifacts: readonly Artifact[], name: string): string {
  const artifact = artifacts.find((candidate) => candidate.name === name);
  if (!artifact) throw new Error(`nothing emitted ${name}`);
  return artifact.text;
}
