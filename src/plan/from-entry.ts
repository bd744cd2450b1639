import { posix } from 'node:path';
import type { Path } from '../diagnostics/diagnostic.ts';
import type { ResolvedProfile } from '../profile/profile.ts';

/** A path beside the file that says it (`path` leads to it), as seen from the folder of the entry profile, from where sources have their names. */
export function fromEntry({ spanOf }: ResolvedProfile, path: Path, file: string): string {
  if (posix.isAbsolute(file)) return file;
  return posix.join(posix.dirname(spanOf(path).source.id), file);
}
