import type { Artifact } from '../emit/emit.ts';
import type { Plan } from '../plan/plan.ts';
import { identityOf } from './bake-image.ts';
import type { Host } from './local/host.ts';
import { tryLock, type Lock } from './local/lock.ts';
import type { Stacking } from './local/stacking.ts';
import { paths, readMeta, treeOf } from './local/store.ts';

/** The layers of an image in the cache, held so that nobody prunes them. */
export interface HeldTrees {
  /** The cache; absolute. */
  readonly root: string;
  /** Relative to `root`, lowest first. Only ever to be read. */
  readonly below: readonly string[];
  readonly stacking: Stacking;
  readonly release: () => Promise<void>;
}

/**
 * The trees that a profile was baked to a moment ago. `undefined`: one of them is not in the cache any more, and the image
 * has to be baked afresh.
 */
export async function holdTrees(
  { plan, artifacts }: { readonly plan: Plan; readonly artifacts: readonly Artifact[] },
  cacheDir: string,
  host: Host,
): Promise<HeldTrees | undefined> {
  const { layers } = identityOf(plan, artifacts);
  const locks: Lock[] = [];
  const release = async (): Promise<void> => {
    for (const lock of locks.splice(0)) await lock.release();
  };
  let stacking: Stacking = 'overlay';
  for (const { id } of layers) {
    const lock = await tryLock(host, paths(cacheDir).lock(id), 'shared').catch(() => undefined);
    if (lock) locks.push(lock);
    const meta = lock && (await readMeta(paths(cacheDir).layer(id)));
    if (!meta) {
      await release();
      return undefined;
    }
    stacking = meta.stacking;
  }
  return { root: cacheDir, below: layers.map(({ id }) => treeOf(id)), stacking, release };
}
