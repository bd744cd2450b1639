import type { Path } from '../diagnostics/diagnostic.ts';
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
