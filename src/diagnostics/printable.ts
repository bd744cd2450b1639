/** What moves the cursor, hides itself or turns the direction of writing: a terminal must never get it from a profile. */
const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\ud800-\udfff]/gu;

/** The text with each such character as `\u202e`. */
export function escapeUnprintable(text: string): string {
  return text.replace(UNPRINTABLE, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A line of a file with a dot for each, so that columns stay what they are. */
export function dotUnprintable(line: string): string {
  return line.replace(/\t/g, ' ').replace(UNPRINTABLE, '·');
}

/** A text as messages show it: in quotes, on one line, at most 60 characters of it. */
export function quote(text: string): string {
  const quoted = escapeUnprintable(JSON.stringify(text));
  return quoted.length > 60 ? `${quoted.slice(0, 57)}..."` : quoted;
}

const WIDE =
  /\p{Extended_Pictographic}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
const NARROWEST = /\p{Mark}/u;

/** How many cells of a terminal a text takes. (Unicode Standard Annex 11, and emoji as two) */
export function cells(text: string): number {
  return [...text].reduce(
    (sum, character) => sum + (NARROWEST.test(character) ? 0 : WIDE.test(character) ? 2 : 1),
    0,
  );
}
