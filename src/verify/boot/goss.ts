import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/**
 * The goss program: `given` if it can be run, else the first on `searchPath` (the form of PATH).
 * `undefined` if there is none.
 */
export async function findGoss(searchPath: string, given?: string): Promise<string | undefined> {
  const candidates =
    given === undefined ? searchPath.split(delimiter).map((folder) => join(folder, 'goss')) : [given];
  for (const candidate of candidates) {
    const runnable = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runnable) return candidate;
  }
  return undefined;
}
