import { insteadOf, isTargetName, TARGET_NAMES, TARGETS, type TargetName } from '../catalog/targets/index.ts';
import type { FormName, Target } from '../catalog/targets/target.ts';
import { quote } from '../diagnostics/printable.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { formatSize } from '../units/size.ts';
import { EXIT, Stop } from './io.ts';

/** A platform by the name that a person wrote. */
export function targetOrStop(name: string): Target {
  return TARGETS[targetNameOrStop(name)];
}

export function targetNameOrStop(name: string): TargetName {
  if (isTargetName(name)) return name;
  throw new Stop(
    EXIT.usage,
    `there is no target ${quote(name)}; ${insteadOf(name) ?? didYouMean(name, TARGET_NAMES) ?? `there are ${TARGET_NAMES.join(', ')}`} (bake targets)`,
  );
}

/** Platforms that an image is for, where the command line says them. */
export const targetsOf = (
  names: readonly string[] | undefined,
): { readonly targets?: readonly TargetName[] } => (names ? { targets: names.map(targetNameOrStop) } : {});

/** The form that a person asked for, else the platform's first; with where it goes. */
export function formOrStop(
  target: Target,
  targetName: string,
  name: string | undefined,
): { readonly form: FormName; readonly paste: string } {
  const names = target.forms.map(({ form }) => form);
  const found = name === undefined ? target.forms[0] : target.forms.find(({ form }) => form === name);
  if (found) return found;
  throw new Stop(
    EXIT.usage,
    `${targetName} has no form ${quote(name ?? '')}; ${didYouMean(name ?? '', names) ?? `it has ${names.join(', ')}`} (bake targets ${targetName})`,
  );
}

/** `16 KiB`, with what is counted where that is not the text as it is. */
export function limitText({ limit }: Target['userData']): string {
  if (!limit) return 'no limit known';
  const of = { payload: '', base64: ' of base64', field: '' }[limit.counts];
  return `${formatSize(limit.bytes)}${of}`;
}
