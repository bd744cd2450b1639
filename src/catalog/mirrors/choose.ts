import { MIRROR_SETS, type MirrorName } from './index.ts';
import type { MirrorSet } from './mirror-set.ts';

/** What Kubernetes itself names its images by. */
const UPSTREAM = 'registry.k8s.io';

/** The first of the named sets that has something; the first of all where none has, so that it can be said of that one. */
export function firstWith(
  names: readonly MirrorName[],
  has: (set: MirrorSet, name: MirrorName) => boolean,
): MirrorName {
  const [first = 'official'] = names;
  return names.find((name) => has(MIRROR_SETS[name], name)) ?? first;
}

/**
 * kubeadm's `imageRepository`. With containerd a mirror of the whole registry is asked behind the images' own names; Docker knows
 * such mirrors for Docker Hub only, so there the images are named by the mirror.
 */
export function kubernetesImages(names: readonly MirrorName[], engine: 'containerd' | 'docker'): string {
  const name = firstWith(names, ({ images }) => images?.kubernetes !== undefined);
  const { kubernetes, registries } = MIRROR_SETS[name].images ?? {};
  const isMirrored = engine === 'containerd' && registries?.[UPSTREAM] !== undefined;
  return isMirrored ? UPSTREAM : (kubernetes?.repository ?? UPSTREAM);
}

/** Mirrors of registries, by host: of the sets before `official`, which has every registry itself, the first that has one. */
export function registryMirrors(names: readonly MirrorName[]): ReadonlyMap<string, string> {
  const end = names.indexOf('official');
  const asked = end < 0 ? names : names.slice(0, end);
  const found = asked.flatMap((name) => Object.entries(MIRROR_SETS[name].images?.registries ?? {}));
  return new Map(found.reverse());
}
