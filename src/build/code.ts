import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';

/**
 * sha256 (hex) over the programs in a folder, as they run. They decide what a tree becomes, so what others made is made again. A number
 * to be counted up by hand would be forgotten one day.
 */
export function codeOf(folder: URL): string {
  const hash = createHash('sha256');
  const programs = readdirSync(folder).filter((name) => extname(name) === extname(import.meta.url));
  for (const name of programs.toSorted())
    hash.update(`${name}\n`).update(readFileSync(new URL(name, folder)));
  return hash.digest('hex');
}
