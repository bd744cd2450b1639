import { ByteSearch } from './byte-search.ts';
import { needlesOf, type Needle, type Secret } from './needles.ts';
import { base64Letters, unwrap, type Wrapping } from './unwrap.ts';

/** A value that stands in a text. The value itself is in none of the fields. */
export interface FoundSecret {
  readonly name: string;
  /** What lies around it, outermost first: `['base64', 'gzip']`; empty where it stands there as it is. */
  readonly within: readonly Wrapping[];
}

/** More wrappings around one another than this are not undone. */
export const DEEPEST = 4;

/**
 * Looks for secrets in a text: as they are; with their line breaks or indentation changed; escaped for JSON, YAML, a shell
 * or an address; in hexadecimal digits; in base64 of either alphabet, at any alignment, padded or not, wrapped anywhere; in
 * gzip in base64; and in these in one another, {@link DEEPEST} deep. A private key is found in any of its file formats.
 * One finding for each secret, the one with the fewest wrappings. Values of less than eight bytes are not looked for
 * (needles.ts: SHORTEST_SECRET). Not seen: what is encrypted, or compressed by anything but gzip.
 */
export function findSecrets(text: string, values: readonly Secret[]): readonly FoundSecret[] {
  const search = new ByteSearch(values.flatMap(needles));
  const found = new Map<string, readonly Wrapping[]>();
  const seen = new Set<string>();
  let level = [{ text: Buffer.from(text, 'utf8').toString('latin1'), within: [] as readonly Wrapping[] }];
  for (let depth = 0; depth <= DEEPEST && level.length > 0; depth += 1) {
    const fresh = level.filter((one) => !seen.has(one.text) && seen.add(one.text));
    for (const { text: layer, within } of fresh) {
      for (const { secret, form } of matches(layer, search)) {
        if (!found.has(secret)) found.set(secret, [...within, ...FORMS[form]]);
      }
    }
    level = depth < DEEPEST ? fresh.flatMap(inside) : [];
  }
  return [...found].map(([name, within]) => ({ name, within }));
}

interface Layer {
  readonly text: string;
  readonly within: readonly Wrapping[];
}

const FORMS: Readonly<Record<Needle['form'], readonly Wrapping[]>> = {
  plain: [],
  base64: ['base64'],
  'base64 in base64': ['base64', 'base64'],
};

const inside = ({ text, within }: Layer): Layer[] =>
  unwrap(text).map(({ by, text: inner }) => ({ text: inner, within: [...within, ...by] }));

/** A text that breaks lines or sets blanks elsewhere holds the value all the same, so it is looked for without any, too. */
const needles = ({ name, value }: Secret): readonly Needle[] => {
  const bare = withoutBlanks(value);
  return [...needlesOf({ name, value }), ...(bare === value ? [] : needlesOf({ name, value: bare }))];
};

const withoutBlanks = (text: string): string => text.replace(/\s+/g, '');

function matches(text: string, search: ByteSearch<Needle>): readonly Needle[] {
  const forms = new Set([text, withoutBlanks(text), ...base64Letters(text)]);
  return [...forms].flatMap((form) =>
    [...search.in(Buffer.from(form, 'latin1'))].map(({ needle }) => needle),
  );
}
