/**
 * HCL2, the language of Packer's templates, laid out as `packer fmt` would. Values are always quoted literals, never heredocs:
 * nothing of a value is a template or ends the text. cty, which HCL's values are made of, normalises text to Unicode's form C.
 */
export type HclValue = string | number | boolean | Expression | readonly HclValue[] | HclObject;
export interface HclObject {
  readonly [key: string]: HclValue;
}

/** HCL that is written as it stands: `var.region`. Made from our own words, never from a value. */
export class Expression {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export const expression = (text: string): Expression => new Expression(text);
export const variable = (name: string): Expression => expression(`var.${name}`);

/** One string of literal text, values and expressions: `` hclTemplate`sha256:${variable('sum')}` ``. */
export function hclTemplate(
  texts: TemplateStringsArray,
  ...inner: readonly (Expression | string)[]
): Expression {
  const given = (one: Expression | string = ''): string =>
    one instanceof Expression ? `\${${one.text}}` : escaped(one);
  return expression(`"${texts.map((text, i) => `${escaped(text)}${given(inner[i])}`).join('')}"`);
}

/** A file or the inside of a block: parts with an empty line between them. */
export type HclBody = readonly (HclAttributes | HclBlock | HclRemark)[];

/** Attributes that stand together; what is undefined is left out. */
export interface HclAttributes {
  readonly attributes: Readonly<Record<string, HclValue | undefined>>;
  /** Lines of comment above them. */
  readonly comment?: string;
}

/** `type "label" { … }` */
export interface HclBlock {
  readonly block: readonly [type: string, ...labels: string[]];
  readonly body: HclBody;
  readonly comment?: string;
}

/** A comment by itself. */
export interface HclRemark {
  readonly comment: string;
}

export const attributes = (given: HclAttributes['attributes'], comment?: string): HclAttributes => ({
  attributes: given,
  ...(comment === undefined ? {} : { comment }),
});

export const block = (head: HclBlock['block'], body: HclBody, comment?: string): HclBlock => ({
  block: head,
  body,
  ...(comment === undefined ? {} : { comment }),
});

/** A whole file. Throws for text that is no Unicode: HCL can't hold it. */
export function hclText(body: HclBody): string {
  return `${bodyLines(body).join('\n')}\n`;
}

/** A quoted literal. */
export function hclString(value: string): string {
  return `"${escaped(value)}"`;
}

const NAMED: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/**
 * HCL native syntax, "Quoted template": `$${` and `%%{` stand for `${` and `%{`. A run such as `$${` in a value would be read as
 * that escape, so the sign before a brace is written as its number where another comes before it.
 */
function escaped(value: string): string {
  if (/\p{Surrogate}/u.test(value)) throw new Error('HCL can’t hold text that is no Unicode');
  return value
    .replace(/[\\"\n\r\t]/g, (found) => NAMED[found] ?? found)
    .replace(/\p{Cc}|[\u2028\u2029\ufeff]/gu, (found) => `\\u${hex4(found)}`)
    .replace(/([$%]+)\{/g, (_, signs: string) =>
      signs.length === 1 ? `${signs}${signs}{` : `${signs.slice(0, -1)}\\u${hex4(signs.slice(-1))}{`,
    );
}

const hex4 = (character: string): string => character.charCodeAt(0).toString(16).padStart(4, '0');

const isAttributes = (part: HclBody[number]): part is HclAttributes => 'attributes' in part;

function bodyLines(body: HclBody): string[] {
  return body.flatMap((part, i) => [
    ...(i === 0 ? [] : ['']),
    ...(part.comment === undefined ? [] : part.comment.split('\n').map((line) => `# ${line}`.trimEnd())),
    ...('block' in part ? blockLines(part) : isAttributes(part) ? pairLines(part.attributes) : []),
  ]);
}

function blockLines({ block: [type, ...labels], body }: HclBlock): string[] {
  const head = [type, ...labels.map(hclString)].join(' ');
  return body.length === 0 ? [`${head} {}`] : [`${head} {`, ...indented(bodyLines(body)), '}'];
}

/** fmt counts what a person sees as one character. */
const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** `key = value` lines. fmt aligns the signs of lines that follow each other, and a value of several lines ends such a run. */
function pairLines(
  pairs: Readonly<Record<string, HclValue | undefined>>,
  key = (name: string) => name,
): string[] {
  const given = Object.entries(pairs).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name: key(name), lines: valueLines(value) }],
  );
  const width = given.map(({ name }) => [...GRAPHEMES.segment(name)].length);
  return given.flatMap(({ name, lines }, i) => {
    const [first = '', ...rest] = lines;
    if (rest.length > 0) return [`${name} = ${first}`, ...rest];
    const isSingle = (j: number): boolean => given[j]?.lines.length === 1;
    let [from, to] = [i, i];
    while (isSingle(from - 1)) from--;
    while (isSingle(to + 1)) to++;
    const widest = Math.max(...width.slice(from, to + 1));
    return [`${name}${' '.repeat(widest - (width[i] ?? 0))} = ${first}`];
  });
}

/** Lists longer than this stand on lines of their own. */
const LINE = 100;

function valueLines(value: HclValue): string[] {
  if (typeof value === 'string') return [hclString(value)];
  if (value instanceof Expression) return [value.text];
  if (typeof value !== 'object') return [String(value)];
  if (isList(value)) {
    const items = value.map(valueLines);
    const line = `[${items.map((lines) => lines.join('')).join(', ')}]`;
    if (items.every(({ length }) => length === 1) && line.length <= LINE) return [line];
    return [
      '[',
      ...indented(items.flatMap((lines) => [...lines.slice(0, -1), `${lines.at(-1) ?? ''},`])),
      ']',
    ];
  }
  const pairs = pairLines(value, objectKey);
  return pairs.length === 0 ? ['{}'] : ['{', ...indented(pairs), '}'];
}

const isList = (value: object): value is readonly HclValue[] => Array.isArray(value);

/** Words that mean something else at the beginning of an object. */
const KEYWORDS = ['for', 'if', 'null', 'true', 'false'];

const objectKey = (name: string): string =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !KEYWORDS.includes(name) ? name : hclString(name);

const indented = (lines: readonly string[]): string[] =>
  lines.map((line) => (line === '' ? '' : `  ${line}`));
