import { relative } from 'node:path';
import { bakeProfile, type BakedProfile, type BakeProfileOptions } from '../bake-profile.ts';
import type { Io } from '../io.ts';
import { seconds } from '../progress.ts';
import { compileCommand } from './compile.ts';

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
  { compiled: { plan }, baked: { image, unchanged, checks }, ms }: BakedProfile,
  { cwd }: Io,
): string {
  const shown = relative(cwd, image).startsWith('..') ? image : relative(cwd, image);
  const label = plan.standIn ? ' (with STAND-INS in place of Kubernetes)' : '';
  const passed = checks.filter(({ status }) => status === 'pass').length;
  const head = unchanged
    ? `Nothing has changed: ${shown}${label} is what this profile makes.\n`
    : `Baked ${shown}${label} in ${seconds(ms)}; ${passed} checks of its files passed.\n`;
  return `${head}Next, boot it and check the running machine:\n\n  npx bake verify ${shown}\n`;
}
