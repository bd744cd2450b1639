import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checksOf } from '../emit/checks.ts';
import type { Artifact } from '../emit/emit.ts';
import { shellOf } from '../emit/shell.ts';
import type { Plan } from '../plan/plan.ts';
import type { Delivery } from '../profile/profile.ts';
import { IMAGE_RECORDS } from '../verify/image/made-by.ts';
import type { CheckResult } from '../verify/result.ts';
import { verifyOffline } from '../verify/offline/verify-offline.ts';
import { assembleDisk } from './disk/assemble.ts';
import { openCloudImage, type VendorLayout } from './disk/cloud-image.ts';
import { diskCode } from './disk/code.ts';
import { refillCloudImage } from './disk/refill.ts';
import { FORMATS } from './formats/index.ts';
import { fileOf, makeFormats } from './formats/make-formats.ts';
import { recipeOf } from './formats/recipe.ts';
import { bakeLocal, type DiskJob } from './local/bake.ts';
import type { Host } from './local/host.ts';
import { identify, type BuildIdentity, type ExtraFile } from './local/identity.ts';
import type { SourceFiles } from './local/downloads.ts';
import type { UnpackCloudImage } from './local/layers.ts';
import { intactFiles } from './local/produced.ts';
import { roomFor } from './local/space.ts';
import { tellOfOthers, writeManifest, type ManifestFile } from './manifest.ts';
import type { Monitor } from './monitor.ts';
import type { ImageFormat } from '../catalog/image-formats.ts';

/** Within a tree unpacked from a vendor's image: what surrounds the tree on the vendor's disk. Never in an image. */
const VENDOR_RECORDS = '.bake-vendor';

export interface ImageRequest {
  readonly plan: Plan;
  readonly artifacts: readonly Artifact[];
  readonly delivery: Delivery;
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
  /** Of all that were asked for, in that order: paths and bytes. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
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

/** A file of an image as the local builder makes it. */
interface ImageFile extends ManifestFile {
  readonly format: ImageFormat;
}

type Asked = Pick<ImageRequest, 'plan' | 'artifacts' | 'delivery'>;

/** Whether `outDir` holds what {@link bakeImage} would make of a compiled profile. In milliseconds; writes nothing. */
export async function isBaked(asked: Asked, outDir: string): Promise<boolean> {
  const kept = await keptFiles(asked, outDir);
  return asked.delivery.formats.every((format) => kept.some((file) => file.format === format));
}

/** What is in `outDir` of this very image and as it would be made today, asked for or not. */
async function keptFiles(
  { plan, artifacts, delivery }: Asked,
  outDir: string,
): Promise<readonly ImageFile[]> {
  const files = await intactFiles<ImageFile>(outDir, identityOf(plan, artifacts).buildId);
  return files.filter(({ format, recipe }) => format in FORMATS && recipe === recipeOf(format, delivery));
}

/** Bakes a compiled profile into `outDir`: layers, disk, offline checks, formats that are not there yet, manifest. */
export async function bakeImage(request: ImageRequest, tools: ImageTools): Promise<BakedImage> {
  const { plan, artifacts, delivery, outDir } = request;
  const { monitor, signal, host } = tools;
  const identity = identityOf(plan, artifacts);
  const nameOf = (format: ImageFormat): string => fileOf(plan.image.name, format);
  const kept = request.fresh ? [] : await keptFiles(request, outDir);
  const missing = delivery.formats.filter((format) => !kept.some((file) => file.format === format));
  const [first = 'qcow2'] = delivery.formats;
  const image = join(outDir, nameOf(first));
  const done = (files: readonly ImageFile[]): Pick<BakedImage, 'image' | 'files'> => ({
    image,
    files: delivery.formats.flatMap((format) =>
      files
        .filter((file) => file.format === format)
        .map(({ name, bytes }) => ({ path: join(outDir, name), bytes })),
    ),
  });
  if (missing.length === 0) {
    monitor({ event: 'unchanged', image, standIn: plan.standIn });
    return { ...done(kept), unchanged: true, checks: [] };
  }
  const checks: CheckResult[] = [];
  let files: readonly ImageFile[] = kept;
  await bakeLocal(
    {
      ...request,
      identity,
      provision: textOf(artifacts, 'provision.sh'),
      extraFiles: extraFiles(artifacts),
      imageName: nameOf(missing[0] ?? first),
      finishSteps: 1 + missing.length,
      needs: roomFor(missing.map((format) => FORMATS[format].room)),
    },
    {
      host,
      monitor,
      signal,
      unpackCloudImage,
      files: tools.files,
      record: async (result) => {
        const made = result.files.flatMap((file) => {
          const format = missing.find((candidate) => nameOf(candidate) === file.name);
          return format ? [{ ...file, format, recipe: recipeOf(format, delivery) }] : [];
        });
        files = [...made, ...kept];
        await tellOfOthers(outDir, files, monitor);
        await writeManifest(outDir, plan, { ...result, builder: 'local', files, artifacts: [], checks });
      },
      finishDisk: async (job) => {
        const disk = await job.step('disk image', async () => {
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
          return raw;
        });
        const { tree, workDir } = job;
        const seed = identity.buildId;
        const made = await makeFormats({ plan, delivery, seed, formats: missing, disk, tree, workDir }, job);
        tools.writeBeside();
        return made;
      },
    },
  );
  return { ...done(files), unchanged: false, checks };
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
