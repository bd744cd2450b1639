import { join, relative } from 'node:path';
import { formatSize } from '../../units/size.ts';
import { compileOrStop, type ProfileOptions } from '../compile-profile.ts';
import type { Io } from '../io.ts';
import { buildersFor, chosenBuilders, packerArtifacts } from '../packer-folder.ts';
import { targetsOf } from '../target.ts';
import { outputFolder, writeArtifacts } from '../write-artifacts.ts';

export interface PackerOptions extends ProfileOptions {
  /** In place of the platforms of the profile; `qemu` where Packer knows none of them. */
  readonly target?: readonly string[];
  readonly builder?: readonly string[];
  readonly out?: string;
  readonly json?: boolean;
}

/** `bake packer`: a folder that Packer builds golden images with. */
export async function packerCommand(options: PackerOptions, io: Io): Promise<void> {
  // What the command line says can be judged before anything is compiled.
  if (options.target) chosenBuilders(options.target, options.builder);
  const compiled = await compileOrStop({ ...options, ...targetsOf(options.target), planOnly: true }, io);
  const choice = buildersFor(compiled, options.builder);
  const profileFolder = outputFolder(compiled, options.out, io);
  const artifacts = await packerArtifacts(compiled, choice, profileFolder, io);
  const changed = writeArtifacts({ ...compiled, artifacts }, profileFolder);
  const folder = join(profileFolder, choice.folder);
  const builders = choice.builders.map(({ name }) => name);
  if (options.json) {
    const { profile, hash, standIn } = compiled.plan;
    const files = artifacts.map(({ name }) => relative(choice.folder, name));
    io.out(
      `${JSON.stringify({ ok: true, plan: { profile, hash, standIn }, folder, builders, files, changed }, null, 2)}\n`,
    );
    return;
  }
  const shown = relative(io.cwd, folder) || '.';
  io.out(
    `${compiled.plan.profile}: Packer builders ${builders.join(', ')}, plan ${compiled.plan.hash.slice(0, 12)}\n`,
  );
  const rows = artifacts.map(({ name, text }) => ({
    path: relative(io.cwd, join(profileFolder, name)),
    size: formatSize(Buffer.byteLength(text)),
  }));
  const width = Math.max(...rows.map(({ path }) => path.length));
  for (const { path, size } of rows) io.out(`  ${path.padEnd(width)}  ${size}\n`);
  if (changed === 0) io.out('Nothing has changed.\n');
  io.out(
    `\nWhat has to be set is in ${shown}/example.pkrvars.hcl. Next:\n\n  cd ${shown} && packer init . && packer build .\n`,
  );
}
