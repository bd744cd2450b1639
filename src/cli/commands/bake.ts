import { relative } from 'node:path';
import type { ImageFormat } from '../../catalog/image-formats.ts';
import type { Plan } from '../../plan/plan.ts';
import { formatSize } from '../../units/size.ts';
import type { CheckResult } from '../../verify/result.ts';
import { bakeProfile, type BakedProfile, type BakeProfileOptions } from '../bake-profile.ts';
import { EXIT, Stop, type Io } from '../io.ts';
import type { PackerBuildOptions, PackerBuilt } from '../packer-build.ts';
import { targetsOf } from '../target.ts';
import { seconds } from '../progress.ts';
import { compileCommand } from './compile.ts';

/** Formats that `bake verify` boots as they are. */
const VERIFIABLE: ReadonlySet<ImageFormat> = new Set(['qcow2', 'raw', 'vmdk', 'vhd', 'vhdx']);

export interface BakeOptions extends BakeProfileOptions, PackerBuildOptions {
  readonly builder?: string;
}

/**
 * `bake --profile NAME`: compile, bake, check. With builder packer, Packer does it. With builder none it ends where `bake compile`
 * does, and says the same.
 */
export async function bakeCommand(options: BakeOptions, io: Io): Promise<void> {
  demandFittingOptions(options);
  if (options.builder === 'none') return compileCommand(options, io);
  if (options.builder === 'packer') {
    const { buildWithPacker } = await import('../packer-build.ts');
    const built = await buildWithPacker(options, io);
    if (!options.json) io.out(packerSummary(built, io));
    return;
  }
  const done = await bakeProfile({ ...options, ...targetsOf(options.target), template: true }, io);
  if (!options.json) io.out(summary(done, io));
}

/** Options that only one builder knows, as they are written. */
const OF_PACKER = {
  packerBuilder: '--packer-builder',
  var: '--var',
  varFile: '--var-file',
} as const;

function demandFittingOptions(options: BakeOptions): void {
  if (options.builder !== 'packer') {
    const strange = Object.entries(OF_PACKER).find(([name]) => name in options)?.[1];
    if (strange === undefined) return;
    throw new Stop(EXIT.usage, `${strange} is for --builder packer`);
  }
  if (options.formats)
    throw new Stop(
      EXIT.usage,
      '--format is for the local builder; each of Packer’s builders has a format of its own (docs/packer.md)',
    );
  if (options.fresh)
    throw new Stop(
      EXIT.usage,
      '--fresh is for the local builder; Packer keeps no layers, and begins anew each time',
    );
}

const relativeTo =
  (cwd: string) =>
  (path: string): string =>
    relative(cwd, path).startsWith('..') ? path : relative(cwd, path);

const standInLabel = ({ standIn }: Plan): string =>
  standIn ? ' (with STAND-INS in place of Kubernetes)' : '';

const passedOf = (checks: readonly CheckResult[]): number =>
  checks.filter(({ status }) => status === 'pass').length;

function packerSummary(
  { compiled: { plan }, files, artifacts, checks, ms }: PackerBuilt,
  { cwd }: Io,
): string {
  const show = relativeTo(cwd);
  const what = [
    ...files.map(({ path, bytes }) => `  ${show(path)}  ${formatSize(bytes)}\n`),
    ...artifacts.map(({ builder, id }) => `  ${builder}: ${id}\n`),
  ];
  const checked = checks.length > 0 ? `; ${passedOf(checks)} checks of its files passed` : '';
  const head = `Packer built ${plan.profile}${standInLabel(plan)} in ${seconds(ms)}${checked}:\n`;
  const [first] = files;
  const next =
    first && checks.length > 0
      ? `Next, boot it and check the running machine:\n\n  npx bake verify ${show(first.path)}\n`
      : '';
  return `${head}${what.join('')}${next}`;
}

function summary(
  { compiled: { plan, delivery }, baked: { image, files, unchanged, checks }, ms }: BakedProfile,
  { cwd }: Io,
): string {
  const show = relativeTo(cwd);
  const shown = show(image);
  const label = standInLabel(plan);
  const passed = passedOf(checks);
  const head = unchanged
    ? `Nothing has changed: ${shown}${label} is what this profile makes.\n`
    : `Baked ${shown}${label} in ${seconds(ms)}; ${passed} checks of its files passed.\n`;
  const list =
    files.length < 2
      ? ''
      : files.map(({ path, bytes }) => `  ${show(path)}  ${formatSize(bytes)}\n`).join('');
  const bootable = delivery.formats.findIndex((format) => VERIFIABLE.has(format));
  const toBoot = files[bootable]?.path;
  if (toBoot === undefined) return head + list;
  return `${head}${list}Next, boot it and check the running machine:\n\n  npx bake verify ${show(toBoot)}\n`;
}
