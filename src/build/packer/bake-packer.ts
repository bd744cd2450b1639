import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { OPERATING_SYSTEMS } from '../../catalog/operating-systems.ts';
import { checksOf } from '../../emit/checks.ts';
import type { Artifact } from '../../emit/emit.ts';
import { MANIFESTS } from '../../packer/build.ts';
import type { Builder } from '../../packer/builder.ts';
import type { Plan } from '../../plan/plan.ts';
import { chooseAccelerator } from '../../verify/boot/accelerator.ts';
import { verifyOffline } from '../../verify/offline/verify-offline.ts';
import type { CheckResult } from '../../verify/result.ts';
import { ChecksFailed } from '../bake-image.ts';
import type { Host } from '../local/host.ts';
import { finish, publish, type ProducedFile } from '../local/produced.ts';
import { tellOfOthers, writeManifest, type Made } from '../manifest.ts';
import type { Monitor } from '../monitor.ts';
import { Course, stageCount } from './course.ts';
import { packerEnvironment, type PackerProgram } from './program.ts';
import { readLastRun, type LastRun } from './run-manifest.ts';
import { GRACE_MS, LOG, runPacker } from './run-packer.ts';

/** What Packer is to build, and where. Folders are absolute paths. */
export interface PackerRequest {
  readonly plan: Plan;
  readonly builders: readonly Builder[];
  /** The folder that `bake packer` writes, and its files. */
  readonly template: string;
  readonly artifacts: readonly Artifact[];
  /** Where Packer is started: paths among the values of variables begin there. */
  readonly cwd: string;
  /** Where Packer keeps what it downloads, unless the environment names another folder. */
  readonly cacheDir: string;
  /** Values of variables that give way to those that a person has set anywhere. */
  readonly presets: Readonly<Record<string, string>>;
  /** `-var` and `-var-file` with their values, as a person gave them. */
  readonly variables: readonly string[];
  readonly outDir: string;
  /** Values that must be nowhere on a disk. */
  readonly secrets: readonly { readonly name: string; readonly value: string }[];
}

export interface PackerTools {
  readonly host: Host;
  readonly packer: PackerProgram;
  readonly monitor: Monitor;
  readonly signal: AbortSignal;
  /** Called once the images are made and have passed: writes what belongs beside them. */
  readonly writeBeside: () => void;
  /** How long Packer may take to remove its machine when it is told to stop, in milliseconds; {@link GRACE_MS}. */
  readonly graceMs?: number;
}

/** What came out. */
export interface PackerBaked {
  /** In the output folder: paths and bytes. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly artifacts: Made['artifacts'];
  /** Of the offline part, for images whose disk is one file. */
  readonly checks: readonly CheckResult[];
}

/** Variables of the template that are set here and by nobody else. */
export const OWN_VARIABLES: readonly string[] = ['events', 'output'];

/** Disks that are one file, which can be read without booting them. */
const READABLE = ['qcow2', 'raw', 'vmdk', 'vhd', 'vhdx'];

/**
 * Has Packer build images by the template in a folder, and brings them home: files into the output folder, checked; ids of images at a
 * platform; the same manifest as a local bake's. However it ends, the output folder holds complete images or what it held before.
 * The caller holds the lock of that folder.
 * @throws PackerFailed, ChecksFailed, or ToolFailure of any other tool, or of Packer when it was told to stop.
 */
export async function bakeWithPacker(request: PackerRequest, tools: PackerTools): Promise<PackerBaked> {
  const workDir = join(request.outDir, '.unfinished');
  try {
    await rm(workDir, { recursive: true, force: true });
    await mkdir(workDir, { recursive: true });
    return await bake(request, tools, workDir);
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

async function bake(request: PackerRequest, tools: PackerTools, workDir: string): Promise<PackerBaked> {
  const { plan, builders, outDir } = request;
  const { host, packer, monitor, signal } = tools;
  const started = host.now();
  const steps = plan.steps.filter(({ phase }) => phase === 'bake');
  const stepsOf = ({ from }: Builder) => (from === 'baked-disk' ? [] : steps);
  const withFiles = builders.filter(({ makesFiles }) => makesFiles);
  const init = packer.hasPlugins ? 1 : 0;
  const of =
    init +
    builders.reduce((sum, builder) => sum + stageCount(stepsOf(builder)), 0) +
    (withFiles.length > 0 ? 1 : 0);
  monitor({ event: 'build-start', profile: plan.profile, standIn: plan.standIn, steps: of });

  const step = async <T>(n: number, title: string, work: () => Promise<T>): Promise<T> => {
    const began = host.now();
    monitor({ event: 'step-start', n, of, title });
    const made = await work();
    monitor({ event: 'step-end', n, of, title, ms: host.now() - began });
    return made;
  };

  const log = join(request.template, LOG);
  await rm(log, { force: true });
  const { template, cwd } = request;
  const run = { template, cwd, log, host, signal, monitor, graceMs: tools.graceMs ?? GRACE_MS };
  const env = await environmentOf(request, tools, workDir);
  let firstNumber = 1 + init;
  const courses = builders.map((builder) => {
    const facts = { builder: builder.name, steps: stepsOf(builder), firstNumber, of };
    firstNumber += stageCount(facts.steps);
    return new Course({ ...facts, isOneOfSeveral: builders.length > 1 }, monitor, host.now);
  });
  if (packer.hasPlugins)
    await step(1, 'get Packer’s plugins', () => runPacker({ ...run, env, courses: [] }, 'init', []));

  const before = await lastRuns(template);
  courses.forEach((course) => course.begin());
  const events = builders.some(({ from }) => from !== 'baked-disk') ? ['-var', 'events=true'] : [];
  const output = withFiles.length > 0 ? ['-var', `output=${workDir}`] : [];
  await runPacker({ ...run, env, courses }, 'build', [...request.variables, ...events, ...output]);
  courses.forEach((course) => course.end());
  const artifacts = artifactsOf(builders, before, await lastRuns(template));

  const buildId = idOf(plan, builders, request.artifacts);
  const home =
    withFiles.length > 0
      ? await step(of, 'check the files of the image', () => bringHome(request, tools, workDir, withFiles))
      : { files: [], checks: [] };
  const files = home.files.map((file) => ({ ...file, format: formatOf(file.name), recipe: buildId }));
  tools.writeBeside();
  await tellOfOthers(outDir, files, monitor);
  await writeManifest(outDir, plan, {
    builder: 'packer',
    buildId,
    files,
    artifacts,
    layers: [],
    steps: courses.flatMap(({ builder, times }) => times.map((time) => ({ ...time, by: builder }))),
    packages: courses.flatMap(({ builder, packages }) => packages.map((one) => ({ ...one, by: builder }))),
    checks: home.checks,
  });
  const paths = files.map(({ name, bytes }) => ({ path: join(outDir, name), bytes }));
  monitor({ event: 'build-end', image: paths[0]?.path ?? artifacts[0]?.id ?? '', ms: host.now() - started });
  return { files: paths, artifacts, checks: home.checks };
}

const lastRuns = (template: string): Promise<readonly LastRun[]> =>
  Promise.all(Object.values(MANIFESTS).map((name) => readLastRun(join(template, name))));

/** Images at a platform. Each builder has to be told of by a run that was not there before. */
function artifactsOf(
  builders: readonly Builder[],
  before: readonly LastRun[],
  now: readonly LastRun[],
): Made['artifacts'] {
  const recorded = now.flatMap(({ run, builds }, i) => (run === before[i]?.run ? [] : builds));
  return builders.flatMap(({ name, makesFiles }) => {
    const id = recorded.find(({ builder }) => builder === name)?.artifactId;
    if (id === undefined) throw new Error(`Packer’s manifest says nothing of ${name}`);
    return makesFiles ? [] : [{ builder: name, id }];
  });
}

/** Checks the files of images, and puts them where they belong. */
async function bringHome(
  { plan, outDir, secrets }: PackerRequest,
  { host, monitor, signal }: PackerTools,
  workDir: string,
  builders: readonly Builder[],
): Promise<{ readonly files: readonly ProducedFile[]; readonly checks: readonly CheckResult[] }> {
  const names: string[] = [];
  const checks: CheckResult[] = [];
  for (const { name } of builders) {
    const made = await bringTogether(workDir, name);
    names.push(...made);
    const [only, ...others] = made;
    if (only === undefined) throw new Error(`Packer’s builder ${name} has left no file`);
    const unreadable = others.length > 0 || !READABLE.includes(formatOf(only)) ? '' : cantRead(plan);
    if (unreadable !== undefined) {
      const message = `what ${name} made can’t be read here${unreadable}; it was checked inside only, before it was sealed`;
      monitor({ event: 'note', message });
      continue;
    }
    const asked = { image: join(workDir, only), checks: checksOf(plan), secrets, scratchDir: workDir };
    checks.push(...(await verifyOffline({ ...asked, run: host.run, signal })));
  }
  if (checks.some(({ status }) => status === 'fail')) throw new ChecksFailed(checks);
  for (const folder of new Set(names.map((name) => dirname(name))))
    await mkdir(join(outDir, folder), { recursive: true });
  const files: ProducedFile[] = [];
  for (const name of names) files.push({ ...(await finish(join(workDir, name), signal)), name });
  await publish(workDir, outDir, files, signal);
  return { files, checks };
}

/** A preset gives way to variables of files and of the command line by itself, as it comes by the environment. */
async function environmentOf(
  { builders, presets, cacheDir }: PackerRequest,
  { host, monitor, signal }: PackerTools,
  workDir: string,
): Promise<Readonly<Record<string, string>>> {
  const given = { ...presets };
  if (builders.some(({ name }) => name === 'qemu') && process.platform === 'linux') {
    const { name, reason } = await chooseAccelerator({ run: host.run, scratchDir: workDir, signal });
    if (name !== 'kvm') {
      monitor({ event: 'note', message: `${name}: ${reason}` });
      given['qemu_accelerator'] = name;
    }
  }
  const variables = Object.entries(given).map(([name, value]): [string, string] => [
    `PKR_VAR_${name}`,
    value,
  ]);
  return packerEnvironment(host, { PACKER_CACHE_DIR: cacheDir, ...Object.fromEntries(variables) });
}

/** Puts a builder's files where their names are those of the output folder: one beside everything else, several in a folder of their own. */
async function bringTogether(workDir: string, builder: string): Promise<string[]> {
  const entries = await readdir(join(workDir, builder), { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const [only, ...others] = paths.toSorted();
  if (only === undefined || others.length > 0)
    return [only, ...others].flatMap((path) => (path === undefined ? [] : [path.slice(workDir.length + 1)]));
  await rename(only, join(workDir, basename(only)));
  return [basename(only)];
}

/** Why an image in one file can't be checked from outside, as words that follow "can't be read here"; `undefined` where it can. */
function cantRead({ os }: Plan): string | undefined {
  const { title, packageManager } = OPERATING_SYSTEMS[os];
  // src/verify/image reads ext4, while Rocky Linux's cloud image has XFS; src/verify/offline knows dpkg's list of packages only.
  return packageManager === 'apt' ? undefined : ` (${title}: XFS, RPM)`;
}

const formatOf = (name: string): string => extname(name).slice(1).toLowerCase();

/** sha256 (hex) of what decides how the images come out: plan, builders, template. Its key is random and decides nothing. */
function idOf(plan: Plan, builders: readonly Builder[], artifacts: readonly Artifact[]): string {
  const texts = artifacts
    .filter(({ name }) => /\.(hcl|sh)$/.test(name))
    .map(({ name, text }) => [name, text]);
  return createHash('sha256')
    .update(JSON.stringify([plan.hash, builders.map(({ name }) => name), texts]))
    .digest('hex');
}
