import { z } from 'zod';
import type { Code } from '../diagnostics/codes.ts';
import type { Diagnostic, Outcome, Path } from '../diagnostics/diagnostic.ts';
import { quote } from '../diagnostics/printable.ts';
import { didYouMean, nearest } from '../diagnostics/suggest.ts';
import { PROFILE, type DocumentKind } from '../load/document.ts';
import { plainValue, spanAt, type Tree } from '../load/tree.ts';
import { keysAt, pathsOf } from './schema-keys.ts';
import { soundPart, valueAt, type Remains, type Taking } from './sound-part.ts';

type Issue = z.core.$ZodIssue;

/** What checking the shape of one document gives; `value` is there when nothing is wrong. */
export interface Shaped<T> extends Outcome<T>, Remains {}

/**
 * Checks one document against a schema. Every issue becomes a diagnostic at the place of the offending
 * key or value; a missing key points at its parent. Messages speak of `kind`. What `take` says is left out of what remains.
 */
export function validateShape<T>(
  tree: Tree,
  schema: z.ZodType<T>,
  kind: DocumentKind = PROFILE,
  take: Partial<Taking> = {},
): Shaped<T> {
  const value = plainValue(tree);
  const result = schema.safeParse(value);
  if (result.success) return { value: result.data, diagnostics: [], sound: tree, leftOut: [], short: [] };
  const diagnostics = withoutEchoes(
    result.error.issues.flatMap((issue) => describe(issue, [], { tree, schema, value, kind })),
  );
  return { diagnostics, ...soundPart(tree, { schema, entries: 'whole', ...take }) };
}

/** A misspelt key is one mistake: that the right one is missing then goes without saying. */
function withoutEchoes(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const unknown = diagnostics.filter(({ code }) => code === 'B201');
  const isEcho = ({ code, path }: Diagnostic): boolean =>
    code === 'B204' &&
    unknown.some(
      (other) =>
        inPath(other.path.slice(0, -1)) === inPath(path.slice(0, -1)) &&
        nearest(String(other.path.at(-1)), [String(path.at(-1))]) !== undefined,
    );
  return diagnostics.filter((diagnostic) => !isEcho(diagnostic));
}

interface Context {
  readonly tree: Tree;
  readonly schema: z.ZodType;
  readonly value: unknown;
  readonly kind: DocumentKind;
}

function describe(issue: Issue, base: Path, context: Context): Diagnostic[] {
  const path: Path = [...base, ...(issue.path as (string | number)[])];
  const found = valueAt(context.value, path);
  const make = (
    code: Code,
    message: string,
    hint?: string,
    at: Path = path,
    part: 'key' | 'value' = 'value',
  ): Diagnostic => ({
    code,
    severity: 'error',
    message,
    path: at,
    span: spanAt(context.tree, at, part),
    ...(hint === undefined ? {} : { hint }),
  });
  const shown = (): string => show(found, context.tree, path);
  const missing = (): Diagnostic[] => [
    make('B204', `${quote(String(path.at(-1)))} is missing${inPath(path.slice(0, -1))}`),
  ];
  if (found === undefined && issue.code !== 'unrecognized_keys') return missing();
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const known = keysAt(context.schema, path);
        const hint =
          didYouMean(key, known) ??
          elsewhere(key, context.schema) ??
          (known.length <= 12
            ? `known here: ${known.join(', ')}`
            : `\`${context.kind.schema}\` prints what can stand here`);
        return make('B201', `unknown key ${quote(key)}${inPath(path)}`, hint, [...path, key], 'key');
      });
    case 'invalid_type': {
      const other = wrongAsTextToo(issue, found, path, context);
      if (other !== undefined) return [make('B203', `expected ${other}, found ${shown()}`)];
      return [
        make(
          'B202',
          `expected ${typeName(issue.expected)}, found ${shown()}`,
          typeHint(issue.expected, found, path, context.kind),
        ),
      ];
    }
    case 'invalid_value': {
      const allowed = issue.values.map(String);
      const hint = typeof found === 'string' ? didYouMean(found, allowed) : undefined;
      return [
        make(
          'B203',
          `expected ${allowed.length === 1 ? '' : 'one of '}${allowed.join(', ')}, found ${shown()}`,
          hint,
        ),
      ];
    }
    case 'invalid_union':
      return describeUnion(issue, path, found, context, make);
    case 'invalid_key':
      return [
        make(
          'B203',
          `${show(path.at(-1), context.tree, [])} can’t be a key here: expected ${issue.issues[0]?.message ?? 'another form'}`,
          undefined,
          path,
          'key',
        ),
      ];
    case 'too_small':
    case 'too_big':
      return [make('B203', `expected ${sizeRule(issue)}, found ${shown()}`)];
    default:
      return [make('B203', `expected ${issue.message}, found ${shown()}`)];
  }
}

/** A number where text belongs: what would still be expected if it stood in quotes, so that nobody is sent there in vain. */
function wrongAsTextToo(
  issue: Extract<Issue, { code: 'invalid_type' }>,
  found: unknown,
  path: Path,
  { tree, schema, value }: Context,
): string | undefined {
  if (issue.expected !== 'string' || typeof found !== 'number') return undefined;
  const quoted = structuredClone(value);
  const parent = valueAt(quoted, path.slice(0, -1)) as Record<string, unknown>;
  parent[String(path.at(-1))] = writtenAt(tree, path);
  const there = (other: Issue): boolean =>
    other.code === 'invalid_format' && JSON.stringify(other.path) === JSON.stringify(path);
  return schema.safeParse(quoted).error?.issues.find(there)?.message;
}

/** What to do about a value of the wrong type, where there is one thing to do. */
function typeHint(expected: string, found: unknown, path: Path, kind: DocumentKind): string | undefined {
  if (path.length === 0) return kind.top;
  if (found === null) return typeof path.at(-1) === 'number' ? 'delete the entry' : kind.emptyKey;
  if (expected === 'string' && (typeof found === 'number' || typeof found === 'boolean'))
    return 'put it in quotes';
  if (expected === 'array' && typeof found === 'string') return `write [${found}]`;
  if (expected === 'boolean' && typeof found === 'string' && /^(?:yes|on|no|off)$/i.test(found))
    return `write ${/^(?:yes|on)$/i.test(found) ? 'true' : 'false'}`;
  return undefined;
}

/**
 * A union fails in every branch. Of a mapping or a list, the branch that got furthest is what the person meant; of anything else,
 * and where no branch takes such a thing, all that could have stood there is said.
 */
function describeUnion(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: Path,
  found: unknown,
  context: Context,
  make: (code: Code, message: string, hint?: string) => Diagnostic,
): Diagnostic[] {
  const isWhole = typeof found === 'object' && found !== null;
  const fitting = issue.errors.filter(
    (branch) =>
      !branch.some(
        (i) =>
          i.path.length === 0 &&
          (i.code === 'invalid_type' || (typeof found === 'object' && i.code === 'invalid_value')),
      ),
  );
  const missing = (branch: readonly Issue[]): number =>
    branch.filter((i) => valueAt(found, i.path as Path) === undefined).length;
  const [best] = isWhole ? [...fitting].sort((a, b) => missing(a) - missing(b) || a.length - b.length) : [];
  if (best) return best.flatMap((i) => describe(i, path, context));
  const words = issue.errors.flatMap((branch) =>
    branch.slice(0, 1).map((first) => wanted(first, fitting.length > 0)),
  );
  const values = issue.errors.flat().flatMap((i) => (i.code === 'invalid_value' ? i.values.map(String) : []));
  const hint = typeof found === 'string' ? didYouMean(found, values) : undefined;
  const message = `expected ${[...new Set(words)].filter((word) => word !== '').join(', or ')}, found ${show(found, context.tree, path)}`;
  return [make(fitting.length > 0 ? 'B203' : 'B202', message, hint)];
}

/** What one branch of a union wants. The bare type of a scalar says nothing where another branch has the right one. */
function wanted(issue: Issue, othersFit: boolean): string {
  switch (issue.code) {
    case 'invalid_type':
      return othersFit && issue.expected !== 'object' ? '' : typeName(issue.expected);
    case 'invalid_value':
      return issue.values.join(', ');
    case 'too_small':
    case 'too_big':
      return sizeRule(issue);
    default:
      return issue.message;
  }
}

/** A value on one line as the person wrote it: YAML reads `1.30` as the number 1.3. */
function writtenAt(tree: Tree, path: Path): string {
  const { source, start, end } = spanAt(tree, path);
  return (source.text.split('\n')[start.line - 1] ?? '').slice(start.column - 1, end.column - 1);
}

/** Where a key that stands in the wrong mapping belongs: `did you mean system.timezone?` */
function elsewhere(key: string, schema: z.ZodType): string | undefined {
  const found = pathsOf(schema, []).filter((path) => path.length > 1 && path.at(-1) === key);
  return found.length === 0 ? undefined : `did you mean ${found.map((path) => path.join('.')).join(' or ')}?`;
}

const typeName = (expected: string): string =>
  ({
    object: 'a mapping',
    record: 'a mapping',
    array: 'a list',
    string: 'text',
    int: 'a whole number',
    number: 'a whole number',
    boolean: 'true or false',
  })[expected] ?? expected;

function sizeRule(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): string {
  const limit = String(issue.code === 'too_small' ? issue.minimum : issue.maximum);
  const bound = issue.code === 'too_small' ? 'at least' : 'at most';
  const plural = limit === '1' ? '' : 's';
  if (issue.origin === 'array') return `${bound} ${limit} ${limit === '1' ? 'entry' : 'entries'}`;
  return issue.origin === 'string' ? `${bound} ${limit} character${plural}` : `a number of ${bound} ${limit}`;
}

/** ` in users[0].sshKeys`; nothing for the top. */
const inPath = (path: Path): string =>
  path.length === 0
    ? ''
    : ` in ${path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('')}`;

/** A value as an error message shows it: short, quoted, on one line; a number as it was written. */
function show(value: unknown, tree: Tree, path: Path): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string') return quote(value);
  const written = writtenAt(tree, path);
  if (typeof value === 'boolean') return written;
  return `the number ${written.length > 60 ? `${written.slice(0, 57)}...` : written}`;
}
