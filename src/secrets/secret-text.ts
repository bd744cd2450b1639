/** Never a real property: it marks types only. */
declare const SECRET: unique symbol;

/**
 * A value out of the secrets file. It may be used as any text, and any text may become one, but it is no
 * {@link OpenText}: what a plan holds can't be made from it.
 */
export type SecretText = string & { readonly [SECRET]?: true };

/** Any text but a {@link SecretText}. */
export type OpenText = string & { readonly [SECRET]?: never };

/**
 * `T` with every text in it an {@link OpenText}; texts of a fixed list stay as they are. A text that is put together out
 * of a secret is a plain one again, which no type can see: for that outputs are searched (scan.ts).
 */
export type Open<T> = T extends string
  ? string extends T
    ? OpenText
    : T
  : T extends object
    ? { readonly [K in keyof T]: Open<T[K]> }
    : T;
