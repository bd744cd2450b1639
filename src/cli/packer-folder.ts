import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { readPackerPieces, readPieces } from '../adapters/files.ts';
import { makeFolder } from '../adapters/output.ts';
import { createPrivateFile, keepOutOfGit } from '../adapters/private-files.ts';
import { run } from '../adapters/process.ts';
import type { Compiled } from '../compile.ts';
import type { Artifact } from '../emit/emit.ts';
import { makeBuildKey, publicLine } from '../packer/build-key.ts';
import { chooseBuilders, type Choice } from '../packer/choose.ts';
import { emitPacker, KEY_FILE, needsKey } from '../packer/template.ts';
import { EXIT, Stop, type Io } from './io.ts';
import { cannotWrite, gitNote } from './write-artifacts.ts';

/** The builders that a person asked for; stops with exit code 2 where there are none such. */
export function chosenBuilders(targets: readonly string[], names: readonly string[] | undefined): Choice {
  const choice = chooseBuilders(targets, names);
  if ('reason' in choice) throw new Stop(EXIT.usage, choice.reason);
  return choice;
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
  const key = needsKey(builders) ? await buildKey(join(folder, name, KEY_FILE), io) : undefined;
  return emitPacker(plan, { ...readPieces(), ...readPackerPieces() }, builders, key).map((artifact) => ({
    ...artifact,
    name: `${name}/${artifact.name}`,
  }));
}

/** The public half of the key in a file, which is made where it is missing. */
async function buildKey(path: string, io: Io): Promise<string> {
  const shown = relative(io.cwd, path);
  try {
    if (!existsSync(path)) {
      makeFolder(dirname(path));
      io.err(gitNote(await keepOutOfGit(path, run), shown, io));
      if (createPrivateFile(path, makeBuildKey())) io.err(`Made a key for builds: ${shown}\n`);
    }
    const line = publicLine(readFileSync(path, 'utf8'));
    if (line === undefined)
      throw new Stop(EXIT.input, `${shown} is no key that bake made; take it away, and another one is made`);
    return line;
  } catch (error) {
    throw cannotWrite(error, dirname(path), 'choose another folder with --out');
  }
}
