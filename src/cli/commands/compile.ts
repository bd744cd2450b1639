import { relative } from 'node:path';
import { toJson } from '../../diagnostics/render.ts';
import { formatSize } from '../../units/size.ts';
import { compileProfile, printDiagnostics, type ProfileOptions } from '../compile-profile.ts';
import { EXIT, Stop, type Io } from '../io.ts';
import { withTemplate } from '../packer-folder.ts';
import { targetsOf } from '../target.ts';
import { keepSecretsOutOfGit, outputFolder, writeArtifactsLocked } from '../write-artifacts.ts';

export interface CompileOptions extends ProfileOptions {
  readonly out?: string;
  /** Platforms that the image is for, in place of those of the profile. */
  readonly target?: readonly string[];
  readonly json?: boolean;
}

/** `bake compile`: every text form of a profile, and no image. */
export async function compileCommand(options: CompileOptions, io: Io): Promise<void> {
  const { compiled: profile, diagnostics } = await compileProfile(
    { ...options, ...targetsOf(options.target) },
    io,
  );
  if (!options.json) printDiagnostics(diagnostics, io);
  const folder = profile && outputFolder(profile, options.out, io);
  const compiled = profile && folder ? await withTemplate(profile, folder, io) : profile;
  if (compiled && folder) await keepSecretsOutOfGit(compiled, folder, io);
  const changed = compiled && folder ? await writeArtifactsLocked(compiled, folder, io) : 0;
  if (options.json) {
    const plan = compiled && {
      profile: compiled.plan.profile,
      hash: compiled.plan.hash,
      standIn: compiled.plan.standIn,
    };
    io.out(
      `${JSON.stringify({ ok: compiled !== undefined, plan, folder, changed, diagnostics: diagnostics.map(toJson) }, null, 2)}\n`,
    );
  }
  if (!compiled || !folder) throw new Stop(EXIT.input, '');
  if (options.json) return;
  const note = compiled.plan.standIn ? '  (with STAND-INS in place of Kubernetes)' : '';
  io.out(
    `${compiled.plan.profile}: ${compiled.plan.steps.length} steps, plan ${compiled.plan.hash.slice(0, 12)}${note}\n`,
  );
  const shown = relative(io.cwd, folder) || '.';
  const width = Math.max(38, ...compiled.artifacts.map(({ name }) => shown.length + 1 + name.length));
  for (const { name, text } of compiled.artifacts)
    io.out(`  ${`${shown}/${name}`.padEnd(width)}  ${formatSize(Buffer.byteLength(text))}\n`);
  if (changed === 0) io.out('Nothing has changed.\n');
}
