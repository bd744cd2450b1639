import type { Path } from '../diagnostics/diagnostic.ts';

/** An object that tells what of the unknown anybody asked for. */
export interface Watched<T> {
  readonly value: T;
  /** The paths that were asked for, as they were given. */
  readonly touched: () => readonly Path[];
}

/**
 * The same value, which notices when a key of `leftOut` is read, or where that key would be if anything were there.
 * Who goes through all keys does not see those, and so is not misled.
 */
export function watch<T extends object>(value: T, leftOut: readonly Path[]): Watched<T> {
  const touched = new Set<Path>();
  interface Hidden {
    readonly whole: Path;
    readonly rest: Path;
  }
  const wrap = <U extends object>(target: U, hidden: readonly Hidden[]): U => {
    // The same object twice is one, for who compares.
    const made = new Map<PropertyKey, unknown>();
    const below = (key: PropertyKey): Hidden[] =>
      hidden
        .filter(({ rest }) => String(rest[0]) === String(key))
        .map(({ whole, rest }) => ({ whole, rest: rest.slice(1) }));
    return new Proxy(target, {
      get: (object, key): unknown => {
        const found: unknown = Reflect.get(object, key);
        const inner = below(key);
        if (inner.length === 0) return found;
        const isLeaf = typeof found !== 'object' || found === null;
        for (const { whole, rest } of inner) if (isLeaf || rest.length === 0) touched.add(whole);
        if (isLeaf || inner.some(({ rest }) => rest.length === 0)) return found;
        if (!made.has(key)) made.set(key, wrap(found, inner));
        return made.get(key);
      },
      ownKeys: (object) =>
        Reflect.ownKeys(object).filter((key) => !below(key).some(({ rest }) => rest.length === 0)),
    });
  };
  const hidden = leftOut.map((path) => ({ whole: path, rest: path }));
  return { value: wrap(value, hidden), touched: () => [...touched] };
}
