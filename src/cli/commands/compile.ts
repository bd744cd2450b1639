import { relative } from 'node:path';
import { toJson } from '../../diagnostics/render.ts';
import { formatSize } from '../../units/size.ts';
import { compileProfile, printDiagnostics, type ProfileOptions } from '../compile-profile.ts';
import { EXIT, Stop, type Io } from '../io.ts';
import { keepSecretsOutOfGit, outputFolder, writeArtifactsLocked } from '../write-artifacts.ts';

export interface CompileOptions extends ProfileOptions {
  readonly out?: string;
  readonly json?: boolean;
}

/** `bake compile`: every text form of a profile, and no image. */
export async function compileCommand(options: CompileOptions, io: Io): Promise<void> {
  const { compiled, diagnostics } = await compileProfile(options, io);
  if (!options.json) printDiagnostics(diagnostics, io);
  const folder = compiled && outputFolder(compiled, options.out, io);
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
  for (const { name, text } of compiled.artifacts) {
    io.out(
      `  ${`${relative(io.cwd, folder) || '.'}/${name}`.padEnd(40)}${formatSize(Buffer.byteLength(text))}\n`,
    );
  }
  if (changed === 0) io.out('Nothing has changed.\n');
}
