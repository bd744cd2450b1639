import { relative } from 'node:path';
import type { ImageFormat } from '../../catalog/image-formats.ts';
import { formatSize } from '../../units/size.ts';
import { bakeProfile, type BakedProfile, type BakeProfileOptions } from '../bake-profile.ts';
import type { Io } from '../io.ts';
import { seconds } from '../progress.ts';
import { compileCommand } from './compile.ts';

/** Formats that `bake verify` boots as they are. */
const VERIFIABLE: ReadonlySet<ImageFormat> = new Set(['qcow2', 'raw', 'vmdk', 'vhd', 'vhdx']);

export interface BakeOptions extends BakeProfileOptions {
  readonly builder?: string;
}

/** `bake --profile NAME`: compile, bake, check. With builder none it ends where `bake compile` does, and says the same. */
export async function bakeCommand(options: BakeOptions, io: Io): Promise<void> {
  if (options.builder === 'none') return compileCommand(options, io);
  const done = await bakeProfile(options, io);
  if (!options.json) io.out(summary(done, io));
}

function summary(
  { compiled: { plan, delivery }, baked: { image, files, unchanged, checks }, ms }: BakedProfile,
  { cwd }: Io,
): string {
  const show = (path: string): string => (relative(cwd, path).startsWith('..') ? path : relative(cwd, path));
  const shown = show(image);
  const label = plan.standIn ? ' (with STAND-INS in place of Kubernetes)' : '';
  const passed = checks.filter(({ status }) => status === 'pass').length;
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
