import type { TargetName } from '../catalog/targets/index.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { Builder } from './builder.ts';
import { BUILDERS, buildersOf, PACKER_TARGET_NAMES, type PackerTarget } from './builders.ts';

/** What goes into one folder, and the folder's name: the targets, in the order of the table. */
export interface Choice {
  readonly folder: string;
  readonly builders: readonly Builder[];
}

/** What the template of an image is for: those of the image's platforms that Packer has a builder for, else QEMU. */
export function templateTargets(ofImage: readonly TargetName[]): readonly PackerTarget[] {
  const known = ofImage.filter(isTarget);
  return known.length > 0 ? known : ['qemu'];
}

/**
 * The builders for targets: those that are named, else each target's first. `reason` says, in one line, why a choice makes no
 * sense.
 */
export function chooseBuilders(
  targets: readonly string[],
  names: readonly string[] = [],
): Choice | { readonly reason: string } {
  const strange = targets.find((target) => !isTarget(target));
  if (strange !== undefined)
    return {
      reason: `Packer has no builder for target ${JSON.stringify(strange)}; ${hint(strange, PACKER_TARGET_NAMES)}`,
    };
  const chosen = PACKER_TARGET_NAMES.filter((target) => targets.includes(target));
  const possible = chosen.flatMap((target) => buildersOf(target));
  const odd = names.find((name) => !possible.some((builder) => builder.name === name));
  if (odd !== undefined) {
    const target = PACKER_TARGET_NAMES.find((one) => buildersOf(one).some(({ name }) => name === odd));
    return {
      reason: target
        ? `builder ${odd} is for target ${target}; add --target ${target}`
        : `there is no builder ${JSON.stringify(odd)}; ${hint(
            odd,
            BUILDERS.map(({ name }) => name),
          )}`,
    };
  }
  const parts = chosen.map((target) => {
    const [first, ...others] = buildersOf(target);
    const named = [first, ...others].filter(({ name }) => names.includes(name));
    // What `bake compile` writes later for the target is not to take the place of what was chosen.
    return named.length === 0 || named.every((builder) => builder === first)
      ? { folder: target, builders: [first] }
      : { folder: named.map(({ name }) => name).join('+'), builders: named };
  });
  return {
    folder: `packer/${parts.map(({ folder }) => folder).join('+')}`,
    builders: parts.flatMap(({ builders }) => builders),
  };
}

const isTarget = (name: string): name is PackerTarget => PACKER_TARGET_NAMES.some((known) => known === name);

const hint = (written: string, names: readonly string[]): string =>
  didYouMean(written, names) ?? `there are ${names.join(', ')}`;
