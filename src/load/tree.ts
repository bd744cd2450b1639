import type { Path } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/source.ts';

/** A YAML document as a tree in which every node knows where it was written. */
export type Tree =
  | { readonly kind: 'scalar'; readonly value: string | number | boolean | null; readonly span: Span }
  /** `key:` with nothing behind it. */
  | { readonly kind: 'empty'; readonly span: Span }
  | { readonly kind: 'list'; readonly items: readonly Tree[]; readonly span: Span; readonly replace: boolean }
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, Entry>; readonly span: Span };

export interface Entry {
  readonly keySpan: Span;
  readonly value: Tree;
}

/**
 * The plain value, as JSON would hold it. A written `null` in a mapping takes an inherited key away
 * (src/resolve/merge.ts), so to the reader of a single file it is as if the key were not there.
 */
export function plainValue(tree: Tree): unknown {
  switch (tree.kind) {
    case 'empty':
      return null;
    case 'scalar':
      return tree.value;
    case 'list':
      return tree.items.map(plainValue);
    case 'map':
      return Object.fromEntries(
        [...tree.entries]
          .filter(([, { value }]) => !isNull(value))
          .map(([key, { value }]) => [key, plainValue(value)]),
      );
  }
}

/** Whether the person wrote `null`. */
export function isNull(tree: Tree): boolean {
  return tree.kind === 'scalar' && tree.value === null;
}

/**
 * The span of the deepest node that exists on `path`, so that a missing key points at its parent. With
 * `part: 'key'`, and where the whole path exists, the span of its last key.
 */
export function spanAt(tree: Tree, path: Path, part: 'key' | 'value' = 'value'): Span {
  let node = tree;
  let span = tree.kind === 'map' ? headOf(tree) : tree.span;
  for (const [index, step] of path.entries()) {
    if (node.kind === 'map') {
      const entry = node.entries.get(String(step));
      if (!entry) return span;
      node = entry.value;
      const last = index === path.length - 1;
      // A block mapping or list spans many lines; its key is the better thing to underline.
      span =
        (last && part === 'key') || node.kind === 'map' || node.kind === 'list' ? entry.keySpan : node.span;
    } else if (node.kind === 'list') {
      const item: Tree | undefined = node.items[Number(step)];
      if (!item) return span;
      node = item;
      span = node.kind === 'map' ? headOf(node) : node.span;
    } else {
      return span;
    }
  }
  return span;
}

/** Whether every part of `path` was written. */
export function exists(tree: Tree, path: Path): boolean {
  let node: Tree | undefined = tree;
  for (const step of path) {
    node =
      node.kind === 'map'
        ? node.entries.get(String(step))?.value
        : node.kind === 'list'
          ? node.items[Number(step)]
          : undefined;
    if (!node) return false;
  }
  return true;
}

/** The tree without the nodes at `paths`; positions in lists are those of the tree as it is given. */
export function without(tree: Tree, paths: readonly Path[]): Tree {
  if (paths.length === 0 || (tree.kind !== 'map' && tree.kind !== 'list')) return tree;
  const goes = (step: string): boolean => paths.some((path) => path.length === 1 && String(path[0]) === step);
  const below = (step: string): Path[] =>
    paths.filter((path) => String(path[0]) === step).map((path) => path.slice(1));
  if (tree.kind === 'list') {
    const items = tree.items.flatMap((item, i) => (goes(String(i)) ? [] : [without(item, below(String(i)))]));
    return { ...tree, items };
  }
  const entries = [...tree.entries].flatMap(([key, entry]): [string, Entry][] =>
    goes(key) ? [] : [[key, { ...entry, value: without(entry.value, below(key)) }]],
  );
  return { ...tree, entries: new Map(entries) };
}

/**
 * A path of one tree in another one that was made from it, or that it was made from ({@link without}); `undefined` for what lies in an
 * entry of a list that the other does not have. Entries are the same where they were written.
 */
export function pathIn(to: Tree, from: Tree, path: Path): Path | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return path;
  if (from.kind === 'list' && to.kind === 'list') {
    const mine = from.items[Number(step)];
    const there = to.items.findIndex(({ span }) => span === mine?.span);
    const theirs = to.items[there];
    const below = mine && theirs && pathIn(theirs, mine, rest);
    return below && [there, ...below];
  }
  if (from.kind !== 'map' || to.kind !== 'map') return path;
  const key = String(step);
  const [mine, theirs] = [from.entries.get(key), to.entries.get(key)];
  const below = mine && theirs ? pathIn(theirs.value, mine.value, rest) : rest;
  return below && [step, ...below];
}

/** The first key of a mapping stands for the mapping. */
function headOf(map: Extract<Tree, { kind: 'map' }>): Span {
  const [first] = map.entries.values();
  return first?.keySpan ?? map.span;
}
