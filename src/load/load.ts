import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  visit,
  type Document,
  type Node,
  type Pair,
  type YAMLError,
} from 'yaml';
import type { Code } from '../diagnostics/codes.ts';
import type { Diagnostic, Outcome } from '../diagnostics/diagnostic.ts';
import type { Position, Source, Span } from '../source/source.ts';
import { PROFILE, type DocumentKind } from './document.ts';
import { PYYAML } from './pyyaml.ts';
import type { Entry, Tree } from './tree.ts';

/** Named in docs/errors.md (B103); far above any honest profile. */
export const LIMITS = { textLength: 1024 * 1024, depth: 100, aliases: 100, nodes: 50_000 } as const;

const REPLACE_TAG = '!replace';
const TOO_DEEP = `the file nests deeper than ${LIMITS.depth} levels`;

/** YAML 1.2, 5.1: what is not printable. */
const UNPRINTABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f]/;

/**
 * Reads YAML 1.2 text into a tree with spans. Syntax errors (B101, B104, B106) or broken limits (B103) leave no value: what
 * would follow from them would mislead. A key that stands twice (B102) counts as it stood first, and one that can be none
 * (B201, B202) is left out, so that the rest is judged in the same run. Messages speak of `kind`.
 */
export function load(source: Source, kind: DocumentKind = PROFILE): Outcome<Tree> {
  const start: Position = { line: 1, column: 1 };
  const whole: Span = { source, start, end: start };
  const fail = (code: Code, message: string, span: Span, hint?: string): Outcome<Tree> => ({
    diagnostics: [
      { code, severity: 'error', message, path: [], span, ...(hint === undefined ? {} : { hint }) },
    ],
  });
  const empty = (span: Span): Outcome<Tree> =>
    kind.isPyYaml
      ? { value: { kind: 'map', entries: new Map(), span }, diagnostics: [] }
      : fail('B205', 'the file says nothing', span, kind.smallest);
  if (source.text.length > LIMITS.textLength) {
    return fail(
      'B103',
      `the file has ${source.text.length} characters; at most ${LIMITS.textLength} are read`,
      whole,
    );
  }
  const unprintable = UNPRINTABLE.exec(source.text);
  if (unprintable) {
    const at = positionOf(source.text, unprintable.index);
    const name = `U+${(unprintable[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
    return fail('B101', `the control character ${name} can’t stand in YAML`, {
      source,
      start: at,
      end: { ...at, column: at.column + 1 },
    });
  }
  const lines = new LineCounter();
  let documents;
  try {
    documents = parseAllDocuments(source.text, {
      lineCounter: lines,
      strict: true,
      // Its own excerpts cost the whole text for each mistake; ours are made for those that are shown.
      prettyErrors: false,
      ...(kind.isPyYaml ? PYYAML : { customTags: [replaceTag] }),
    });
  } catch (error) {
    // The composer recurses; thousands of open brackets exhaust the stack before any limit of ours is reached.
    if (error instanceof RangeError) return fail('B103', TOO_DEEP, whole);
    throw error;
  }
  if (!Array.isArray(documents) || documents.length === 0) return empty(whole);
  const spanOf = (from: number, to: number): Span => ({
    source,
    start: position(lines, from),
    end: position(lines, to),
  });
  // PyYAML knows no warnings: it takes what our parser would have nicer, but no unknown tag.
  const counts = ({ message }: YAMLError): boolean => !kind.isPyYaml || message.startsWith('Unresolved tag');
  const mistakes = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings.filter(counts)]);
  // The parser recurses too, and reports its exhausted stack as if it were a mistake in the text.
  if (mistakes.some(({ message }) => message.startsWith('Maximum call stack')))
    return fail('B103', TOO_DEEP, whole);
  const quotes = documents.flatMap(quotedTexts);
  const said = mistakes.map((mistake) => syntaxError(atItsQuote(mistake, quotes), source.text, spanOf, kind));
  if (said.some(({ code }) => code !== 'B102')) return { diagnostics: said };
  const [document, second] = documents as Document[];
  if (second) {
    const at = second.contents?.range?.[0] ?? second.range?.[0] ?? 0;
    return fail('B104', `a second document begins here; a ${kind.name} is one document`, spanOf(at, at + 1));
  }
  if (!document?.contents || isNothing(document.contents)) return empty(whole);
  const builder = new TreeBuilder(document, spanOf, kind);
  try {
    const value = builder.build(document.contents, 0);
    return { value, diagnostics: [...said, ...builder.diagnostics] };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return {
      diagnostics: [
        ...said,
        ...builder.diagnostics,
        ...fail(error.code, error.message, error.span).diagnostics,
      ],
    };
  }
}

/** Where quoted texts begin and end. */
function quotedTexts(document: Document): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  visit(document, {
    Scalar: (_, { range, type }) => {
      if (range && (type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE')) found.push([range[0], range[1]]);
    },
  });
  return found;
}

/** A quote that is never closed is told where it was opened: the end of the file says nothing. */
function atItsQuote(mistake: YAMLError, quotes: readonly (readonly [number, number])[]): YAMLError {
  const [from, to] = quotes.find(([begin, end]) => begin < mistake.pos[0] && mistake.pos[0] <= end) ?? [];
  if (from === undefined || to === undefined || !mistake.message.startsWith('Missing closing'))
    return mistake;
  return { ...mistake, message: mistake.message, pos: [from, from + 1] };
}

/** Nothing at all, a `null`, or an empty mapping. */
const isNothing = (node: Node): boolean =>
  (isScalar(node) && node.value === null) || (isMap(node) && node.items.length === 0);

const replaceTag = { tag: REPLACE_TAG, collection: 'seq' as const };

/** Ends the walk of one document; never leaves this file. */
class Refusal extends Error {
  readonly code: Code;
  readonly span: Span;
  constructor(code: Code, message: string, span: Span) {
    super(message);
    this.code = code;
    this.span = span;
  }
}

class TreeBuilder {
  /** What was left out of the tree, and why. */
  readonly diagnostics: Diagnostic[] = [];
  private aliases = 0;
  private nodes = 0;
  private readonly document: Document;
  private readonly spanOf: (from: number, to: number) => Span;

  private readonly kind: DocumentKind;

  constructor(document: Document, spanOf: (from: number, to: number) => Span, kind: DocumentKind) {
    this.kind = kind;
    this.document = document;
    this.spanOf = spanOf;
  }

  build(node: Node, depth: number): Tree {
    const span = this.spanOf(node.range?.[0] ?? 0, node.range?.[1] ?? 0);
    if (depth > LIMITS.depth) throw new Refusal('B103', `more than ${LIMITS.depth} levels of nesting`, span);
    if (++this.nodes > LIMITS.nodes)
      throw new Refusal('B103', `more than ${LIMITS.nodes} values once aliases are expanded`, span);
    if (isAlias(node)) {
      if (++this.aliases > LIMITS.aliases)
        throw new Refusal('B103', `more than ${LIMITS.aliases} uses of aliases`, span);
      const target = node.resolve(this.document);
      if (
        target?.range &&
        node.range &&
        target.range[0] <= node.range[0] &&
        node.range[1] <= target.range[1]
      ) {
        throw new Refusal(
          'B103',
          `the alias *${node.source} stands inside of what it names, so it would never end`,
          span,
        );
      }
      if (!target) throw new Refusal('B101', `no anchor named ${node.source} stands before this alias`, span);
      // What is wrong with a value is wrong where it is used.
      return { ...this.build(target, depth + 1), span };
    }
    if (node.tag !== undefined && node.tag !== REPLACE_TAG && !this.kind.isPyYaml)
      throw new Refusal('B106', unknownTag(node.tag, this.kind), span);
    if (isMap(node)) {
      const entries = new Map<string, Entry>();
      for (const pair of node.items) {
        const [name, entry] = this.entry(pair, span, depth) ?? [];
        if (name !== undefined && entry && !entries.has(name)) entries.set(name, entry);
      }
      if (this.kind.isPyYaml) mergeKey(entries);
      return { kind: 'map', entries, span };
    }
    if (isSeq(node)) {
      const items = node.items.map((item) => this.build(item as Node, depth + 1));
      return { kind: 'list', items, span, replace: node.tag === REPLACE_TAG };
    }
    if (isScalar(node)) return { kind: 'scalar', value: this.scalar(node.value, span), span };
    throw new Refusal('B101', 'a value that is no text, number, list or mapping', span);
  }

  /** Nothing for what can be no key. */
  private entry(pair: Pair, mapSpan: Span, depth: number): [string, Entry] | undefined {
    const key = pair.key as Node;
    const keySpan = key.range ? this.spanOf(key.range[0], key.range[1]) : mapSpan;
    if (!isScalar(key))
      return this.say('B202', `expected text as a key, found a ${isMap(key) ? 'mapping' : 'list'}`, keySpan);
    const name = String(key.value);
    if (name === '__proto__') return this.say('B201', 'unknown key "__proto__"', keySpan);
    const value = pair.value as Node | null;
    // `key:` with nothing behind it is an oversight more often than a wish; only a written null takes away.
    const isEmpty = !value || (isScalar(value) && value.value === null && !value.source);
    return [
      name,
      { keySpan, value: isEmpty ? { kind: 'empty', span: keySpan } : this.build(value, depth + 1) },
    ];
  }

  private say(code: Code, message: string, span: Span): undefined {
    this.diagnostics.push({ code, severity: 'error', message, path: [], span });
  }

  private scalar(value: unknown, span: Span): string | number | boolean | null {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number') return value;
    if (value instanceof Uint8Array) return new TextDecoder().decode(value);
    if (value instanceof Date) return value.toISOString();
    throw new Refusal('B202', `a value of a type that ${this.kind.name}s do not have`, span);
  }
}

/** YAML 1.1: `<<` stands for the keys of the mappings behind it, those that are written out going first. */
function mergeKey(entries: Map<string, Entry>): void {
  const merged = entries.get('<<')?.value;
  if (!merged) return;
  entries.delete('<<');
  for (const one of merged.kind === 'list' ? merged.items : [merged])
    if (one.kind === 'map')
      for (const [key, entry] of one.entries) if (!entries.has(key)) entries.set(key, entry);
}

function syntaxError(
  { code, message, pos: [from, to] }: YAMLError,
  text: string,
  spanOf: (from: number, to: number) => Span,
  kind: DocumentKind,
): Diagnostic {
  const make = (ours: Code, said: string, hint?: string, end = to): Diagnostic => ({
    code: ours,
    severity: 'error',
    message: said,
    path: [],
    span: spanOf(from, end),
    ...(hint === undefined ? {} : { hint }),
  });
  if (code === 'DUPLICATE_KEY') {
    const key = /^(?:"[^"]*"|'[^']*'|[^\s:,{}[\]]+)/.exec(text.slice(from, from + 1024))?.[0] ?? '';
    return make(
      'B102',
      `the key ${key} stands in this mapping twice`,
      'delete one',
      from + Math.max(1, key.length),
    );
  }
  const tag = /^Unresolved tag: (\S+)/.exec(message)?.[1];
  if (tag !== undefined)
    return make(
      'B106',
      tag === REPLACE_TAG && !kind.isPyYaml
        ? `${REPLACE_TAG} can stand before a list only`
        : unknownTag(tag, kind),
    );
  const words = WORDS[code];
  // The library appends its own position and excerpt after the first line.
  const first = (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
  return make('B101', words?.message ?? first, words?.hint);
}

/** For the mistakes that people make most, words that say what to do. */
const WORDS: Readonly<
  Partial<Record<YAMLError['code'], { readonly message?: string; readonly hint: string }>>
> = {
  BAD_DQ_ESCAPE: {
    hint: 'in double quotes a backslash is written \\\\; in single quotes it stands for itself',
  },
  BAD_INDENT: { hint: 'indent what belongs together by the same number of blanks; close every bracket' },
  BAD_SCALAR_START: { hint: 'put the value in quotes' },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a value with a colon and a blank in it, which would begin a mapping',
    hint: 'put the value in quotes',
  },
  MISSING_CHAR: { hint: 'close it' },
  TAB_AS_INDENT: { message: 'a tab as indentation, which YAML does not allow', hint: 'indent with blanks' },
};

/** `tag:yaml.org,2002:set` is written `!!set`. */
const unknownTag = (tag: string, kind: DocumentKind): string =>
  `unknown tag ${tag.replace('tag:yaml.org,2002:', '!!')}; ${kind.tags}`;

function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

function position(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}
