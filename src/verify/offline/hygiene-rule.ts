import type { ImageReader } from '../image/reader.ts';

/**
 * One thing that must not be in an image that many machines start from. `find` names what it
 * found, `path` or `path: what about it`; nothing found is a pass.
 */
export interface HygieneRule {
  readonly name: string;
  /** What is true of a clean image. */
  readonly title: string;
  /** What goes wrong otherwise. */
  readonly reason: string;
  /** False where no plan may ask for what the rule forbids. */
  readonly plannable: boolean;
  readonly find: (reader: ImageReader) => Promise<readonly Finding[]>;
}

/** Where a rule found something, and what, if the path alone does not say it. */
export interface Finding {
  readonly path: string;
  readonly what?: string;
}
