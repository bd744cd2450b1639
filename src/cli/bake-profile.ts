import { download, whyUnreachable } from '../adapters/http.ts';
import { bakeImage, identityOf, isBaked, type BakedImage } from '../build/bake-image.ts';
import type { SourceFiles } from '../build/local/downloads.ts';
import { paths, readMeta } from '../build/local/store.ts';
import { OPERATING_SYSTEMS } from '../catalog/operating-systems.ts';
import type { Compiled } from '../compile.ts';
import type { Secret } from '../secrets/needles.ts';
import { secretValuesOf } from '../secrets/secrets.ts';
import { formatOrigin } from '../source/source.ts';
import { cacheFolder, cacheLimit, thisHost } from './cache-folder.ts';
import { compileProfile, type ProfileOptions } from './compile-profile.ts';
import { EXIT, Stop, type Io } from './io.ts';
import { withTemplate } from './packer-folder.ts';
import { aboutBase, demandFiles, isAddress, locate } from './profile-files.ts';
import { makeMonitor, tellDiagnostics, tellStandIn } from './progress.ts';
import { needsOf, requireTools } from './require-tools.ts';
import {
  keepSecretsOutOfGit,
  outputFolder,
  writeArtifacts,
  writeArtifactsLocked,
} from './write-artifacts.ts';

export interface BakeProfileOptions extends ProfileOptions {
  readonly out?: string;
  readonly fresh?: boolean;
  readonly json?: boolean;
  /** Values that the image must not have, beside those of the profile's own secrets file. */
  readonly searchFor?: readonly Secret[];
  /** Looks at what is to be baked, before it is; stops with an exit code where that won't do. */
  readonly demand?: (compiled: Compiled) => void;
  /** Whether a template for Packer is written beside the image. */
  readonly template?: boolean;
}

/** An image that a profile was baked to, and how long it took. */
export interface BakedProfile {
  readonly compiled: Compiled;
  readonly baked: BakedImage;
  readonly ms: number;
}

/** Compiles a profile, prints what there is to say, bakes it and checks its files. Stops with an exit code where it can't. */
export async function bakeProfile(options: BakeProfileOptions, io: Io): Promise<BakedProfile> {
  const json = options.json ?? false;
  const { compiled, diagnostics, secrets } = await compileProfile(options, io);
  tellDiagnostics(diagnostics, json, io);
  if (!compiled) throw new Stop(EXIT.input, '');
  options.demand?.(compiled);
  const outDir = outputFolder(compiled, options.out, io);
  await keepSecretsOutOfGit(compiled, outDir, io);

  // Where there is nothing to do, nothing is needed for it: no file, no tool, no network.
  if (options.fresh || !(await isBaked(compiled, outDir))) {
    await demandFiles(compiled.plan, options.profile, io);
    refuseWhatCannotBake(compiled);
    await requireTools(needsOf(compiled.plan, compiled.delivery), io);
    await demandRepositories(compiled, io);
  }
  tellStandIn(compiled, json, io);

  const { monitor, done } = await makeMonitor(io, json);
  const started = Date.now();
  let baked: BakedImage;
  try {
    baked = await bakeImage(
      {
        ...compiled,
        outDir,
        cacheDir: cacheFolder(io),
        cacheLimitBytes: cacheLimit(io),
        fresh: options.fresh ?? false,
        secrets: [...(secrets ? secretValuesOf(secrets) : []), ...(options.searchFor ?? [])],
      },
      {
        host: thisHost(io),
        monitor,
        signal: io.signal,
        files: sourceFiles(options.profile, io),
        writeBeside: () => void writeArtifacts(compiled, outDir),
      },
    );
  } catch (error) {
    throw aboutBase(error, compiled.plan);
  } finally {
    done();
  }
  // Only where there is an image; what was compiled since with other options may lie beside one that is as it should be.
  const written = options.template ? await withTemplate(compiled, outDir, io) : compiled;
  await writeArtifactsLocked(written, outDir, io);
  return { compiled, baked, ms: Date.now() - started };
}

function refuseWhatCannotBake({ plan }: Compiled): void {
  if (process.platform !== 'linux')
    throw new Stop(EXIT.tool, 'the local builder needs Linux; `bake compile` works here too');
  if (process.getuid?.() !== 0)
    throw new Stop(EXIT.tool, 'the local builder needs root: sudo npx bake ...; `bake compile` does not');
  const { title, packageManager } = OPERATING_SYSTEMS[plan.os];
  const why =
    packageManager !== 'apt'
      ? `the local builder makes images of Debian and Ubuntu, not of ${title}`
      : plan.image.base.from === 'vendor'
        ? 'the local builder has no image of the vendor’s (image.base)'
        : undefined;
  if (why !== undefined)
    throw new Stop(
      EXIT.tool,
      `${why}: Packer can bake it, with --builder packer, or by the folder that \`bake packer\` writes`,
    );
  if (plan.arch !== 'amd64' || process.arch !== 'x64') {
    throw new Stop(
      EXIT.tool,
      `the local builder makes amd64 images on amd64 machines; this is ${process.arch}, the profile wants ${plan.arch}. \`bake compile\` works for both`,
    );
  }
}

/** Better told in one line now than in the middle of a bake. Layers in the cache need no repository. */
async function demandRepositories(compiled: Compiled, io: Io): Promise<void> {
  const { plan, artifacts } = compiled;
  const { layers } = identityOf(plan, artifacts);
  for (const { origin, layer, step } of plan.steps) {
    if (step.kind !== 'repository' || !('url' in step.input.key)) continue;
    const spec = layers.find(({ name }) => name === layer);
    if (spec && (await readMeta(paths(cacheFolder(io)).layer(spec.id)))) continue;
    const reason = await whyUnreachable(step.input.key.url, io.signal);
    if (reason === undefined) continue;
    const ways =
      step.input.name === 'kubernetes'
        ? 'name mirrors (bake mirrors), kubernetes.source: binaries or your own, or --stand-in'
        : 'use runtime.source: distribution';
    throw new Stop(
      EXIT.tool,
      `${formatOrigin(origin)}: can’t reach ${new URL(step.input.key.url).host}: ${reason}; ${ways}`,
    );
  }
}

/** A file is relative to the profile. */
const sourceFiles = (profile: string, io: Io): SourceFiles => ({
  pathOf: (location) => (isAddress(location) ? undefined : locate(location, profile, io)),
  fetch: async (location, path, sha256, signal) => {
    try {
      await download(location, path, sha256, signal);
    } catch (error) {
      // Ctrl-C is told as such.
      if (signal.aborted) throw error;
      throw new Stop(EXIT.tool, error instanceof Error ? error.message : String(error));
    }
  },
});
