import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { readPackerPieces, readPieces } from '../adapters/files.ts';
import { makeFolder } from '../adapters/output.ts';
import { createPrivateFile, keepOutOfGit } from '../adapters/private-files.ts';
import { run } from '../adapters/process.ts';
import type { Compiled } from '../compile.ts';
import type { Artifact } from '../emit/emit.ts';
import { makeBuildKey, publicLine } from '../packer/build-key.ts';
import { chooseBuilders, templateTargets, type Choice } from '../packer/choose.ts';
import { emitPacker, KEY_FILE, keyFolders, needsKey } from '../packer/template.ts';
import { EXIT, Stop, type Io } from './io.ts';
import { cannotWrite, gitNote } from './write-artifacts.ts';

/** The builders that a person asked for; stops with exit code 2 where there are none such. */
export function chosenBuilders(targets: readonly string[], names: readonly string[] | undefined): Choice {
  const choice = chooseBuilders(targets, names);
  if ('reason' in choice) throw new Stop(EXIT.usage, choice.reason);
  return choice;
}

/** The builders of a profile's template: those that are named, else the first of each platform that its image is for. */
export const buildersFor = ({ delivery }: Compiled, names?: readonly string[]): Choice =>
  chosenBuilders(templateTargets(delivery.targets), names);

/** What is compiled, with a template for Packer where there is one: templates are for amd64. */
export async function withTemplate(compiled: Compiled, folder: string, io: Io): Promise<Compiled> {
  if (compiled.plan.arch !== 'amd64') return compiled;
  const template = await packerArtifacts(compiled, buildersFor(compiled), folder, io);
  return { ...compiled, artifacts: [...compiled.artifacts, ...template] };
}

/**
 * Packer's folder as artifacts below the profile's `folder`, where a key for its builds is made unless one is there: what is
 * compiled is the same every time, with the same key.
 */
export async function packerArtifacts(
  { plan }: Compiled,
  { folder: name, builders }: Choice,
  folder: string,
  io: Io,
): Promise<Artifact[]> {
  if (plan.arch !== 'amd64') {
    const hint = 'build it with `bake`, or run provision.sh in a machine of your own';
    throw new Stop(
      EXIT.input,
      `templates for Packer are for amd64; profile ${plan.profile} is for ${plan.arch}: ${hint}`,
    );
  }
  const key = needsKey(builders) ? await buildKey(join(folder, name), builders, io) : undefined;
  return emitPacker(plan, { ...readPieces(), ...readPackerPieces() }, builders, key).map((artifact) => ({
    ...artifact,
    name: `${name}/${artifact.name}`,
  }));
}

/** The public half of a template's key, which is made where it is missing. What holds a half of it is kept out of git. */
async function buildKey(template: string, builders: Choice['builders'], io: Io): Promise<string> {
  const path = join(template, KEY_FILE);
  const shown = (file: string): string => relative(io.cwd, file);
  try {
    for (const folder of keyFolders(builders).map((name) => join(template, name))) {
      // A rule for folders alone matches one that is there.
      makeFolder(folder);
      io.err(gitNote(await keepOutOfGit(folder, run), shown(folder), io));
    }
    if (createPrivateFile(path, makeBuildKey())) io.err(`Made a key for builds: ${shown(path)}\n`);
    const line = publicLine(readFileSync(path, 'utf8'));
    if (line === undefined)
      throw new Stop(
        EXIT.input,
        `${shown(path)} is no key that bake made; take it away, and another one is made`,
      );
    return line;
  } catch (error) {
    throw cannotWrite(error, dirname(path), 'choose another folder with --out');
  }
}
