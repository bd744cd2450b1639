import type { Path } from '../diagnostics/diagnostic.ts';
import type { ResolvedProfile } from '../profile/profile.ts';
import type { OpenText } from '../secrets/secret-text.ts';
import type { Step } from '../steps/index.ts';
import type { Layer, Phase } from './plan.ts';

/** A step before it has an id: what to do, when, and which part of the profile asked for it. */
export interface Draft {
  readonly phase: Phase;
  readonly layer?: Layer;
  /** The place in the profile that caused it; the nearest written one becomes the step's origin. */
  readonly because: Path;
  readonly step: Step;
}

/** Makes drafts of bake steps of one layer. */
export function inLayer(layer: Layer): (because: Path, step: Step) => Draft {
  return (because, step) => ({ phase: 'bake', layer, because, step });
}

/** Of the places that can decide something, in the order in which they do, the one that has; the last where none is written. */
export function decidedBy({ isWritten }: ResolvedProfile, ...paths: readonly [...Path[], Path]): Path {
  return paths.find(isWritten) ?? (paths.at(-1) as Path);
}

/** A program of root's that anybody may run. */
export function program(path: string, content: OpenText): Step {
  return { kind: 'file', input: { path, content, mode: '0755', owner: 'root', group: 'root' } };
}

/** A file of root's that anybody may read. */
export function rootFile(path: string, content: OpenText, restarts?: readonly string[]): Step {
  return {
    kind: 'file',
    input: {
      path,
      content,
      mode: '0644',
      owner: 'root',
      group: 'root',
      ...(restarts === undefined ? {} : { restarts }),
    },
  };
}
