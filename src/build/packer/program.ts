import { gte } from 'semver';
import type { Builder } from '../../packer/builder.ts';
import type { Host } from '../local/host.ts';

/** What Packer is here. */
export interface PackerProgram {
  /** `1.6.6` */
  readonly version: string;
  /** Whether it fetches builders as plugins (`packer init`, from 1.7 on); older ones have them inside. */
  readonly hasPlugins: boolean;
}

/** Our own environment, in which Packer tells nobody which version runs here. `presets` give way to it. */
export function packerEnvironment(
  { env }: Host,
  presets: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const own = Object.entries(env).filter(([, value]) => value !== undefined);
  return { ...presets, ...(Object.fromEntries(own) as Record<string, string>), CHECKPOINT_DISABLE: '1' };
}

/** Asks Packer. Rejects with ToolFailure where there is none. */
export async function findPacker(host: Host): Promise<PackerProgram> {
  const { stdout } = await host.run('packer', ['version'], { env: packerEnvironment(host) });
  const version = /v(\d+\.\d+\.\d+)/.exec(stdout)?.[1] ?? '0.0.0';
  return { version, hasPlugins: gte(version, '1.7.0') };
}

/** The oldest that reads these templates: conditions of variables came with it. */
const OLDEST = '1.6.1';

/** Why this Packer can’t build with these builders, in one line. */
export function whyTooOld(
  { version, hasPlugins }: PackerProgram,
  builders: readonly Builder[],
): string | undefined {
  if (!gte(version, OLDEST)) return `Packer ${version} can’t read these templates`;
  const lacking = builders.filter(({ plugin }) => plugin.neverInside).map(({ name }) => name);
  return hasPlugins || lacking.length === 0
    ? undefined
    : `Packer ${version} has no builder ${lacking.join(', ')} and fetches none`;
}
