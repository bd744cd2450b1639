import type { Origin } from '../source/source.ts';

/**
 * What happens during a build, as data. The text forms for people and `--json` both come from these.
 * Times are milliseconds since the build began.
 */
export type BuildEvent =
  | {
      readonly event: 'build-start';
      readonly profile: string;
      /** Whether stand-ins take the place of Kubernetes in this image. */
      readonly standIn: boolean;
      readonly steps: number;
    }
  | {
      readonly event: 'layer';
      readonly layer: string;
      readonly id: string;
      readonly state: 'reused' | 'building' | 'resumed' | 'done' | 'damaged';
    }
  | {
      readonly event: 'step-start';
      readonly n: number;
      readonly of: number;
      readonly title: string;
      readonly stepId?: string;
      readonly origin?: Origin;
    }
  | {
      readonly event: 'step-end';
      readonly n: number;
      readonly of: number;
      readonly title: string;
      readonly stepId?: string;
      readonly ms: number;
    }
  | { readonly event: 'output'; readonly line: string }
  | { readonly event: 'note'; readonly message: string }
  | { readonly event: 'unchanged'; readonly image: string; readonly standIn: boolean }
  | { readonly event: 'build-end'; readonly image: string; readonly ms: number };

/** Receives build events; never throws. */
export type Monitor = (event: BuildEvent) => void;

/** The monitor that hears nothing. */
export const silent: Monitor = () => undefined;
