import type { Path } from '../diagnostics/diagnostic.ts';

/** An object that tells whether anybody asked for what is not known. */
export interface Watched<T> {
  readonly value: T;
  readonly isTouched: () => boolean;
}

/**
 * The same value, which notices when a key of `leftOut` is read, or where that key would be if anything were there.
 * Who goes through all keys does not see those, and so is not misled.
 */
export function watch<T extends object>(value: T, leftOut: readonly Path[]): Watched<T> {
  let touched = false;
  const wrap = <U extends object>(target: U, paths: readonly Path[]): U =>
    new Proxy(target, {
      get: (object, key): unknown => {
        const found: unknown = Reflect.get(object, key);
        const below = paths.filter(([first]) => first === key).map((path) => path.slice(1));
        if (below.length === 0) return found;
        if (below.some((path) => path.length === 0) || typeof found !== 'object' || found === null) {
          touched = true;
          return found;
        }
        return wrap(found, below);
      },
      ownKeys: (object) =>
        Reflect.ownKeys(object).filter((key) => !paths.some((path) => path.length === 1 && path[0] === key)),
    });
  return { value: wrap(value, leftOut), isTouched: () => touched };
}
