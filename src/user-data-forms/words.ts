import type { Identity } from '../firstboot/seed.ts';
import { shellQuote } from '../text/shell.ts';

/** A variable of the shell that must be set: without it the shell says so and runs nothing. */
const variable = (name: string): string => `"\${${name}:?}"`;

/** The machine's name as a word; one that bake does not know is the variable NAME. */
export const nameWord = (identity: Identity | undefined): string =>
  identity ? shellQuote(identity.hostname) : variable('NAME');

/** A word of a target's command (`cli.words`): `$IMAGE` is a variable, `{name}` the machine's name, all else is quoted. */
export function commandWord(word: string, identity: Identity | undefined): string {
  // An option: quoted for a value's sake it would read badly.
  if (/^--?[a-z][a-z-]*$/.test(word)) return word;
  const asked = /^\$([A-Z]+)$/.exec(word)?.[1];
  if (asked !== undefined) return variable(asked);
  return word
    .split('{name}')
    .map((piece) => (piece === '' ? '' : shellQuote(piece)))
    .join(nameWord(identity));
}
