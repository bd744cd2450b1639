import { z } from 'zod';
import type { Path } from '../diagnostics/diagnostic.ts';
import { nearest } from '../diagnostics/suggest.ts';
import { exists, pathIn, plainValue, without, type Tree } from '../load/tree.ts';
import { keysAt } from './schema-keys.ts';

/** What remains of a document without its mistakes. */
export interface Remains {
  /** The part that has the shape: all of it when nothing is wrong, absent when nothing is left. */
  readonly sound?: Tree;
  /** Keys that are not in `sound`, so that nobody calls them missing. Their positions in lists are those of `sound`. */
  readonly leftOut: readonly Path[];
  /** Lists that lack entries, so that nobody counts on them; only where entries go by `part`. */
  readonly short: readonly Path[];
}

/** What to take out of a document. */
export interface Taking {
  /** What is left must have; can ask for less than the document must. */
  readonly schema: z.ZodType;
  /**
   * Of a wrong entry of a list, all of it, or the wrong part alone. Parts are named by their positions, which lists that are
   * merged do not keep.
   */
  readonly entries: 'whole' | 'part';
}

/** Takes out what is wrong until nothing is; what is left can lack a key that it needs now, so once may not do. */
export function soundPart(tree: Tree, { schema, entries }: Taking): Remains {
  const leftOut: Path[] = [];
  const short: Path[] = [];
  let sound = tree;
  for (;;) {
    const value = plainValue(sound);
    const { error } = schema.safeParse(value);
    if (!error) {
      const left = sound;
      const here = (paths: readonly Path[]): Path[] =>
        paths.map((path) => pathIn(left, tree, path)).filter((path) => path !== undefined);
      return { sound, leftOut: here(leftOut), short: here(short) };
    }
    const wrong = error.issues.flatMap((issue) => wrongNodes(issue, value, entries));
    if (wrong.some((path) => path.length === 0)) return { leftOut, short };
    for (const path of wrong) {
      const there = pathIn(tree, sound, path) ?? path;
      if (typeof path.at(-1) === 'string') leftOut.push(there, ...meantBy(there, tree, schema));
      else if (entries === 'part') short.push(there.slice(0, -1));
    }
    sound = without(sound, wrong);
  }
}

/** What must go so that an issue is gone: what lacks a key goes itself. */
function wrongNodes(issue: z.core.$ZodIssue, value: unknown, entries: Taking['entries']): Path[] {
  const path = issue.path as (string | number)[];
  const paths =
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => [...path, key])
      : [valueAt(value, path) === undefined ? path.slice(0, -1) : path];
  if (entries === 'part') return paths;
  return paths.map((one) => {
    const entry = one.findIndex((step) => typeof step === 'number');
    return entry < 0 ? one : one.slice(0, entry + 1);
  });
}

/** The key that a misspelt one was to be, unless that is there, too. */
function meantBy(path: Path, tree: Tree, schema: z.ZodType): Path[] {
  const parent = path.slice(0, -1);
  const known = keysAt(schema, parent);
  const written = String(path.at(-1));
  const meant = known.includes(written) ? undefined : nearest(written, known);
  return meant === undefined || exists(tree, [...parent, meant]) ? [] : [[...parent, meant]];
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, step) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[step] : undefined),
    value,
  );
}
