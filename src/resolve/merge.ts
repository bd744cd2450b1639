import { isNull, type Entry, type Tree } from '../load/tree.ts';

/**
 * Lays one profile over another:
 *
 * - mappings are merged key by key; `null` takes an inherited key away;
 * - a list adds its entries after the inherited ones, an entry that is already there (a scalar of the same
 *   value) staying where it is; `!replace` before a list drops the inherited ones;
 * - anything else replaces what was inherited.
 *
 * Every node keeps the span of the file that wrote it.
 */
export function overlay(base: Tree, over: Tree): Tree {
  if (base.kind === 'map' && over.kind === 'map') {
    const entries = new Map(base.entries);
    for (const [key, entry] of over.entries) {
      const inherited = entries.get(key);
      if (isNull(entry.value)) entries.delete(key);
      else
        entries.set(
          key,
          inherited ? { keySpan: entry.keySpan, value: overlay(inherited.value, entry.value) } : entry,
        );
    }
    return { kind: 'map', entries: reorder(over, entries), span: over.span };
  }
  if (base.kind === 'list' && over.kind === 'list' && !over.replace) {
    const present = new Set(base.items.flatMap((item) => (item.kind === 'scalar' ? [item.value] : [])));
    const added = over.items.filter((item) => item.kind !== 'scalar' || !present.has(item.value));
    return { ...over, items: [...base.items, ...added] };
  }
  return over;
}

/** The overlaid file's own keys first, so that the head of the mapping is in the file the person wrote. */
function reorder(
  over: Extract<Tree, { kind: 'map' }>,
  entries: ReadonlyMap<string, Entry>,
): Map<string, Entry> {
  const own = [...over.entries.keys()].filter((key) => entries.has(key));
  const rest = [...entries.keys()].filter((key) => !over.entries.has(key));
  return new Map([...own, ...rest].map((key) => [key, entries.get(key) as Entry]));
}
