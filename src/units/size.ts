/** A number of bytes; made by {@link parseSize} only. */
export type Bytes = number & { readonly __unit: 'bytes' };

const UNITS: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };

/** What a written size must look like: `512MiB`, `10GiB`. Binary units only, so that nobody has to guess. */
export const SIZE_PATTERN = /^([1-9][0-9]{0,5})(KiB|MiB|GiB|TiB)$/;

/** Parses `10GiB`; `undefined` when the text is no size. */
export function parseSize(text: string): Bytes | undefined {
  const match = SIZE_PATTERN.exec(text);
  const factor = match?.[2] === undefined ? undefined : UNITS[match[2]];
  if (!match || factor === undefined) return undefined;
  return (Number(match[1]) * factor) as Bytes;
}

/** Prints bytes with the largest binary unit that keeps three digits of meaning: `330 MiB`. */
export function formatSize(bytes: number): string {
  let value = bytes;
  for (const unit of ['B', 'KiB', 'MiB', 'GiB']) {
    if (value < 1024) return `${value < 10 && unit !== 'B' ? value.toFixed(1) : Math.round(value)} ${unit}`;
    value /= 1024;
  }
  return `${value.toFixed(1)} TiB`;
}
