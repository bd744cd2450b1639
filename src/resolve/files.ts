import type { Source } from '../source/source.ts';

/** What a reference led to: a text, or the reason why there is none. */
export type Found =
  | { readonly source: Source }
  | { readonly reason: string; /** Nothing has that name. */ readonly isMissing?: true };

/** How the compiler reaches other files. The command line gives the real one; tests give a map. */
export interface FileProvider {
  /** A profile by the value of `extends`: the name of one of ours, or a path beside `from`. */
  readonly profile: (reference: string, from: Source) => Found;
  /** A text file beside `from`; must not leave the folder of `from`. */
  readonly text: (path: string, from: Source) => Found;
  /** Names of our own profiles, for suggestions. */
  readonly ownProfiles: readonly string[];
}
