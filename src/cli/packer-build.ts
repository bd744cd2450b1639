import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../adapters/output.ts';
import { bakeWithPacker, OWN_VARIABLES, type PackerBaked } from '../build/packer/bake-packer.ts';
import { findPacker, whyTooOld, type PackerProgram } from '../build/packer/program.ts';
import type { Compiled } from '../compile.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { Choice } from '../packer/choose.ts';
import { PLUGINS_FILE, variableNames } from '../packer/template.ts';
import { secretValuesOf } from '../secrets/secrets.ts';
import { cacheFolder, thisHost } from './cache-folder.ts';
import { compileProfile, type ProfileOptions } from './compile-profile.ts';
import { EXIT, Stop, type Io } from './io.ts';
import { buildersFor, chosenBuilders, packerArtifacts } from './packer-folder.ts';
import { demandFiles, isAddress, locate } from './profile-files.ts';
import { targetsOf } from './target.ts';
import { makeMonitor, tellDiagnostics, tellStandIn } from './progress.ts';
import { needsFor, requireTools } from './require-tools.ts';
import {
  cannotWrite,
  keepSecretsOutOfGit,
  outputFolder,
  underLock,
  writeArtifacts,
} from './write-artifacts.ts';

/** What only `--builder packer` takes, as the command line has it. */
export interface PackerBuildOptions extends ProfileOptions {
  /** In place of the platforms of the profile; `qemu` where Packer knows none of them. */
  readonly target?: readonly string[];
  readonly packerBuilder?: readonly string[];
  /** `NAME=VALUE`. */
  readonly var?: readonly string[];
  readonly varFile?: readonly string[];
  readonly out?: string;
  readonly json?: boolean;
}

/** What Packer has built of a profile, and how long it took. */
export interface PackerBuilt extends PackerBaked {
  readonly compiled: Compiled;
  readonly ms: number;
}

/** Compiles a profile, has Packer build it, and brings home what came out. Stops with an exit code where it can't. */
export async function buildWithPacker(options: PackerBuildOptions, io: Io): Promise<PackerBuilt> {
  const json = options.json ?? false;
  const { target, packerBuilder } = options;
  // What the command line says can be judged before anything is compiled.
  if (target) chosenBuilders(target, packerBuilder);
  const { compiled, diagnostics, secrets } = await compileProfile(
    { ...options, ...targetsOf(options.target) },
    io,
  );
  tellDiagnostics(diagnostics, json, io);
  if (!compiled) throw new Stop(EXIT.input, '');
  const { plan } = compiled;
  const choice = buildersFor(compiled, packerBuilder);
  demandVariables(compiled, choice, options.var ?? []);
  await demandFiles(plan, options.profile, io);
  const outDir = outputFolder(compiled, options.out, io);
  await keepSecretsOutOfGit(compiled, outDir, io);
  const all = await packerArtifacts(compiled, choice, outDir, io);
  const runsQemu = choice.builders.some(({ name }) => name === 'qemu');
  await requireTools(needsFor(runsQemu ? ['packer', 'verify'] : ['packer']), io);
  const packer = await packerOrStop(choice, io);
  // Old Packer can't read that file, and a folder without it is what they work with.
  const artifacts = all.filter(({ name }) => packer.hasPlugins || !name.endsWith(`/${PLUGINS_FILE}`));
  tellStandIn(compiled, json, io);
  try {
    makeFolder(outDir);
  } catch (error) {
    throw cannotWrite(error, outDir, 'choose another folder with --out');
  }

  const { monitor, done } = await makeMonitor(io, json);
  const started = Date.now();
  try {
    const built = await underLock(outDir, io, async () => {
      const template = join(outDir, choice.folder);
      writeArtifacts({ ...compiled, artifacts }, outDir);
      if (!packer.hasPlugins) await rm(join(template, PLUGINS_FILE), { force: true });
      return bakeWithPacker(
        {
          plan,
          builders: choice.builders,
          template,
          artifacts,
          cwd: io.cwd,
          cacheDir: join(dirname(cacheFolder(io)), 'packer'),
          presets: presetsOf(compiled, options.profile, io),
          variables: [
            ...(options.varFile ?? []).map((file) => `-var-file=${file}`),
            ...(options.var ?? []).flatMap((given) => ['-var', given]),
          ],
          outDir,
          secrets: secrets ? secretValuesOf(secrets) : [],
        },
        {
          host: thisHost(io),
          packer,
          monitor,
          signal: io.signal,
          writeBeside: () => void writeArtifacts(compiled, outDir),
        },
      );
    });
    return { ...built, compiled, ms: Date.now() - started };
  } finally {
    done();
  }
}

async function packerOrStop({ builders }: Choice, io: Io): Promise<PackerProgram> {
  const packer = await findPacker(thisHost(io));
  const reason = whyTooOld(packer, builders);
  if (reason !== undefined)
    throw new Stop(EXIT.tool, `${reason}; get a newer one: developer.hashicorp.com/packer/install`);
  return packer;
}

/** A slip in a name is better told now than by Packer. */
function demandVariables({ plan }: Compiled, { builders }: Choice, given: readonly string[]): void {
  const names = variableNames(plan, builders).filter((name) => !OWN_VARIABLES.includes(name));
  for (const text of given) {
    const name = text.replace(/=.*$/s, '');
    if (!text.includes('='))
      throw new Stop(EXIT.usage, `--var ${text}: write NAME=VALUE, as in --var ${names[0] ?? 'name'}=...`);
    if (OWN_VARIABLES.includes(name))
      throw new Stop(EXIT.usage, `--var ${name}: bake sets it by itself; --out says where images go`);
    if (!names.includes(name))
      throw new Stop(
        EXIT.usage,
        `the template has no variable ${name}; ${didYouMean(name, names) ?? `there are ${names.join(', ')}`}`,
      );
  }
}

/** A cloud image that lies beside the profile is what QEMU starts from. */
function presetsOf({ plan }: Compiled, profile: string, io: Io): Record<string, string> {
  const { base } = plan.image;
  if (base.from !== 'cloud-image' || isAddress(base.location)) return {};
  return {
    qemu_image: locate(base.location, profile, io),
    qemu_image_checksum: `sha256:${base.sha256}`,
  };
}
