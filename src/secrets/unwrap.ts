import { constants, inflateRawSync } from 'node:zlib';

export type Wrapping = 'escapes' | 'quotes' | 'percent' | 'hex' | 'base64' | 'gzip';

/** What was found in a text by undoing a wrapping. */
export interface Unwrapped {
  /** Outermost first. */
  readonly by: readonly Wrapping[];
  /** Bytes, one a character. */
  readonly text: string;
}

/**
 * Every text that lies one wrapping deeper in a text of bytes (one a character, as `latin1` has it). What holds nothing of
 * a kind gives nothing of that kind.
 */
export function unwrap(text: string): readonly Unwrapped[] {
  const found: Unwrapped[] = [
    { by: ['escapes'], text: unescape(text) },
    { by: ['quotes'], text: unquote(text) },
    { by: ['percent'], text: text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => character(hex)) },
    ...fromHex(text).map((inner): Unwrapped => ({ by: ['hex'], text: inner })),
    ...fromBase64(text),
    ...fromGzip(text).map((inner): Unwrapped => ({ by: ['gzip'], text: inner })),
  ];
  return found.filter((one) => one.text !== '' && one.text !== text);
}

const character = (hex: string): string => String.fromCharCode(parseInt(hex, 16));
const utf8 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

const SINGLE: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
  e: '\x1b',
};

/** Backslashes of JSON, YAML's double quotes, C and bash's `$'...'`. A line that goes on after a backslash is joined. */
function unescape(text: string): string {
  return text.replace(
    /((?:\\u[0-9a-f]{4})+)|\\U([0-9a-f]{8})|\\x([0-9a-f]{2})|\\([0-3][0-7]{2})|\\\r?\n[\t ]*|\\([^])/gi,
    (_, units?: string, point?: string, hex?: string, octal?: string, one?: string) => {
      if (units !== undefined)
        return utf8(units.replace(/\\u([0-9a-f]{4})/gi, (__, unit: string) => character(unit)));
      if (point !== undefined) return utf8(codePoint(parseInt(point, 16)));
      if (hex !== undefined) return character(hex);
      if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8));
      return one === undefined ? '' : (SINGLE[one] ?? one);
    },
  );
}

const codePoint = (point: number): string => (point <= 0x10ffff ? String.fromCodePoint(point) : '');

/** A quote inside of quotes: `''` in YAML, `""` in CSV and INI, `'\''` in a shell; `$${` and `%%{` in HCL. */
function unquote(text: string): string {
  return text
    .replace(/'(?:\\'|"'")'|''/g, "'")
    .replace(/""/g, '"')
    .replace(/([$%])\1(?=\{)/g, '$1');
}

/** Hexadecimal digits, 16 or more, also with blanks, colons or dashes between them: that many the shortest value has. */
const HEX = /[0-9a-f][0-9a-f\s:,-]{14,}[0-9a-f]/gi;

/** All runs of such digits in pairs, once beginning with the first of a run and once with the second. */
function fromHex(text: string): readonly string[] {
  const runs = [...text.matchAll(HEX)].map(([run]) => run.replace(/[^0-9a-f]/gi, ''));
  return [0, 1].map((start) =>
    runs.map((run) => Buffer.from(run.slice(start), 'hex').toString('latin1')).join('\n'),
  );
}

/**
 * What may be text in the bytes that base64 stands for: eight or more characters of UTF-8. Bytes decoded from the wrong
 * place look random, and hardly ever hold as many.
 */
const TEXT =
  /(?:[\t\n\r\x20-\x7e]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}){8,}/g;

/**
 * The whole text is taken for one long base64, from each of the four places where a group may begin.
 */
function fromBase64(text: string): readonly Unwrapped[] {
  return base64Letters(text).flatMap((letters) =>
    [0, 1, 2, 3].flatMap((start) => {
      const bytes = Buffer.from(letters.slice(start), 'base64').toString('latin1');
      return [
        { by: ['base64'] as const, text: (bytes.match(TEXT) ?? []).join('\n') },
        ...fromGzip(bytes).map((inner) => ({ by: ['base64', 'gzip'] as const, text: inner })),
      ];
    }),
  );
}

/**
 * The text with everything dropped that is not of base64's alphabet, so that line breaks, indentation, quotes and padding
 * are no hindrance; once for each alphabet where the text may have both, written in the standard one (RFC 4648).
 */
export function base64Letters(text: string): readonly string[] {
  const standard = text.replace(/[^A-Za-z0-9+/]+/g, '');
  if (!/[-_]/.test(text)) return [standard];
  const url = text
    .replace(/[^A-Za-z0-9_-]+/g, '')
    .replace(/-/g, '+')
    .replace(/_/g, '/');
  return [standard, url];
}

/** RFC 1952, 2.3: the magic, the one method there is, flags, six bytes that do not matter. */
const GZIP = /\x1f\x8b\x08([\x00-\x1f])[^]{6}/g;
const LARGEST = 64 * 1024 * 1024;

/**
 * What was packed behind each gzip header, whatever follows it (which Node's own gunzip refuses) and also where its end is
 * cut off. More than 64 MiB of one are not looked at.
 */
function fromGzip(text: string): readonly string[] {
  return [...text.matchAll(GZIP)].flatMap(({ 0: header, 1: flags = '', index }) => {
    const start = index + header.length;
    const packed = Buffer.from(text.slice(start + optionalFields(text.slice(start), flags)), 'latin1');
    try {
      const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: LARGEST };
      return [inflateRawSync(packed, options).toString('latin1')];
    } catch {
      // The magic by chance, or something broken.
      return [];
    }
  });
}

/** The length of extra field, file name, comment and checksum of the header, in this order, each where its flag is set. */
function optionalFields(rest: string, flags: string): number {
  const bits = flags.charCodeAt(0);
  const set = (bit: number): boolean => (bits & bit) !== 0;
  const afterZero = (from: number): number => rest.indexOf('\0', from) + 1 || rest.length;
  let at = 0;
  if (set(4)) at += 2 + rest.charCodeAt(0) + 256 * rest.charCodeAt(1);
  if (set(8)) at = afterZero(at);
  if (set(16)) at = afterZero(at);
  return set(2) ? at + 2 : at;
}
