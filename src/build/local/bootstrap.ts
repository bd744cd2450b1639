import type { BootstrapBase, Plan } from '../../plan/plan.ts';
import { ToolFailure, type RunOptions } from '../../adapters/process.ts';
import type { Namespace } from './namespace.ts';

/** The command line of mmdebstrap that fills the folder `tree`. It leaves no package lists, downloads or machine-id. */
export function bootstrapArguments(base: BootstrapBase, arch: Plan['arch'], tree: string): readonly string[] {
  const archives = base.archives.map(
    ({ uri, suite, components }) => `deb ${uri} ${suite} ${components.join(' ')}`,
  );
  return [
    '--mode=root',
    '--format=directory',
    `--variant=${base.variant}`,
    `--architectures=${arch}`,
    // Only for this run; afterwards apt in the tree trusts what its own keyring package brings.
    `--keyring=${base.keyring}`,
    ...(base.packages.length === 0 ? [] : [`--include=${base.packages.join(',')}`]),
    base.suite,
    tree,
    ...archives,
  ];
}

// mmdebstrap leaves the building machine's name and name servers, and device nodes that boot makes anew.
const NEUTRALISE = `
set -euo pipefail
cd "$1"
rm -f etc/resolv.conf etc/hostname
find dev run -mindepth 1 -delete
`;

/** All that decides what {@link bootstrap} makes, but for the day's packages. */
export function bootstrapRecipe(base: BootstrapBase, arch: Plan['arch']): readonly string[] {
  return [...bootstrapArguments(base, arch, 'tree'), NEUTRALISE];
}

/**
 * Fills the empty folder `tree`, mounted inside the namespace, with a distribution's base system.
 * @throws ToolFailure when mmdebstrap fails: no network, a bad signature, an unknown package. Its first complaint is
 * the message: what comes after it is how mmdebstrap gives up.
 */
export async function bootstrap(
  ns: Namespace,
  base: BootstrapBase,
  arch: Plan['arch'],
  tree: string,
  options: Pick<RunOptions, 'signal' | 'onLine'>,
): Promise<void> {
  try {
    await ns.run('mmdebstrap', bootstrapArguments(base, arch, tree), options);
  } catch (error) {
    throw explained(base, error);
  }
  await ns.run('bash', ['-c', NEUTRALISE, 'neutralise', tree], options);
}

function explained({ suite }: BootstrapBase, error: unknown): unknown {
  if (!(error instanceof ToolFailure) || error.aborted) return error;
  const cause = /^E: (.*)$/m.exec(error.output)?.[1];
  if (cause === undefined) return error;
  const remedy = /resolv|connect|fetch/i.test(cause)
    ? '; is the network up? mirrors and image.mirror name other archives'
    : '';
  return new ToolFailure(
    error.command,
    `can’t bootstrap ${suite}: ${cause.replaceAll(/\s+/g, ' ')}${remedy}`,
    error.exitCode,
    error.output,
    error.aborted,
  );
}
