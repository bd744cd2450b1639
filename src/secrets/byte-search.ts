/** A place where one of several byte strings was found. */
export interface Match<Needle> {
  readonly needle: Needle;
  readonly position: number;
}

/**
 * Looks for many byte strings in one pass over a stream (Wu and Manber's method with blocks of two
 * bytes): a table tells for every pair of bytes how far the search may jump, so that most bytes are
 * never looked at and the number of strings hardly matters.
 */
export class ByteSearch<Needle extends { readonly bytes: Buffer }> {
  /** The longest string's length: what neighbouring chunks must share, less one. */
  readonly longest: number;
  readonly #window: number;
  readonly #jump: Uint8Array;
  readonly #endingIn = new Map<number, Needle[]>();

  /** Every needle needs two bytes at least. */
  constructor(needles: readonly Needle[]) {
    this.longest = Math.max(0, ...needles.map((needle) => needle.bytes.length));
    this.#window = Math.min(255, ...needles.map((needle) => needle.bytes.length));
    this.#jump = new Uint8Array(0x10000).fill(this.#window - 1);
    for (const needle of needles) {
      for (let end = 2; end <= this.#window; end += 1) {
        const pair = needle.bytes.readUInt16LE(end - 2);
        this.#jump[pair] = Math.min(this.#jump[pair] as number, this.#window - end);
      }
      const last = needle.bytes.readUInt16LE(this.#window - 2);
      this.#endingIn.set(last, [...(this.#endingIn.get(last) ?? []), needle]);
    }
  }

  /** Every occurrence in `data`, overlapping ones included. */
  *in(data: Buffer): Generator<Match<Needle>> {
    const window = this.#window;
    const jump = this.#jump;
    let end = window;
    while (end <= data.length) {
      const pair = (data[end - 2] as number) | ((data[end - 1] as number) << 8);
      const distance = jump[pair] as number;
      if (distance > 0) {
        end += distance;
        continue;
      }
      const position = end - window;
      for (const needle of this.#endingIn.get(pair) ?? []) {
        const { bytes } = needle;
        if (
          data.compare(bytes, 0, bytes.length, position, Math.min(position + bytes.length, data.length)) === 0
        ) {
          yield { needle, position };
        }
      }
      end += 1;
    }
  }
}
