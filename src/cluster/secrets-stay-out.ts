import type { Diagnostic, Path } from '../diagnostics/diagnostic.ts';
import { quote } from '../diagnostics/printable.ts';
import { spanAt, type Tree } from '../load/tree.ts';
import type { Source, Span } from '../source/source.ts';
import { secretsIn } from '../validate/rules/secrets-stay-out-of-the-image.ts';

/** A text that looks like a secret, in the cluster file or in one that it names. */
export interface Suspect {
  readonly path: Path;
  /** `a private key`. */
  readonly what: string;
  /** Line of the text, where it has several; one-based. */
  readonly line?: number;
  readonly value: string;
  /** The text is the key itself. */
  readonly isKey?: true;
}

/** Everything in a document, keys too, that looks like a secret. */
export function suspectsOf(tree: Tree, path: Path = []): Suspect[] {
  switch (tree.kind) {
    case 'empty':
      return [];
    case 'scalar':
      return typeof tree.value === 'string' ? suspectsIn(tree.value, path) : [];
    case 'list':
      return tree.items.flatMap((item, i) => suspectsOf(item, [...path, i]));
    case 'map':
      return [...tree.entries].flatMap(([key, { value }]) => [
        ...suspectsIn(key, [...path, key]).map((one) => ({ ...one, isKey: true as const })),
        ...suspectsOf(value, [...path, key]),
        ...(value.kind === 'scalar' && typeof value.value === 'string'
          ? suspectsIn(`${key}: ${value.value}`, [...path, key])
          : []),
      ]);
  }
}

/** What looks like a secret in a text of `path`. */
export function suspectsIn(text: string, path: Path): Suspect[] {
  const lines = text.split('\n');
  return lines.flatMap((line, i) =>
    secretsIn(line).map((what) => ({
      path,
      what,
      value: text,
      ...(lines.length > 1 ? { line: i + 1 } : {}),
    })),
  );
}

const HINT = 'secrets are in the secrets file (`bake secrets new`), and reach machines by user-data only';

/** Says so, without showing a character of them. `named` are those in files that the cluster file names. */
export function refuseSecrets(tree: Tree, own: readonly Suspect[], named: readonly Suspect[]): Diagnostic[] {
  const say = ({ path, what, line, isKey }: Suspect, file: boolean): Diagnostic => {
    const where = line === undefined ? '' : ` (line ${line} of the ${file ? 'file' : 'text'})`;
    const message = file ? `the file has what looks like ${what}${where}` : `this looks like ${what}${where}`;
    const span = spanAt(tree, path, isKey ? 'key' : 'value');
    return { code: 'B609', severity: 'error', message, path, span, hint: HINT };
  };
  return [...own.map((one) => say(one, false)), ...named.map((one) => say(one, true))];
}

/** Diagnostics as a terminal may show them: no excerpt has a line of a secret, and no message quotes one. */
export function hideSecrets(
  diagnostics: readonly Diagnostic[],
  tree: Tree,
  suspects: readonly Suspect[],
): Diagnostic[] {
  if (suspects.length === 0) return [...diagnostics];
  const blanked = blank(suspects.map(({ path, isKey }) => spanAt(tree, path, isKey ? 'key' : 'value')));
  const hide = (span: Span): Span => ({ ...span, source: blanked(span.source) });
  return diagnostics
    .filter(
      ({ code, message, path }) =>
        code === 'B609' ||
        !suspects.some(
          (one) => one.path.every((step, i) => step === path[i]) || message.includes(quote(one.value)),
        ),
    )
    .map((diagnostic) => ({
      ...diagnostic,
      ...(diagnostic.span ? { span: hide(diagnostic.span) } : {}),
      ...(diagnostic.related
        ? { related: diagnostic.related.map((note) => ({ ...note, span: hide(note.span) })) }
        : {}),
    }));
}

function blank(spans: readonly Span[]): (source: Source) => Source {
  const made = new Map<Source, Source>();
  return (source) => {
    const known = made.get(source);
    if (known) return known;
    const lines = source.text.split('\n');
    for (const { start, end } of spans.filter((span) => span.source === source))
      for (let n = start.line; n <= end.line; n++) {
        const from = n === start.line ? start.column - 1 : 0;
        const line = lines[n - 1] ?? '';
        lines[n - 1] = line.slice(0, from) + line.slice(from).replace(/\S/g, '·');
      }
    const hidden = { ...source, text: lines.join('\n') };
    made.set(source, hidden);
    return hidden;
  };
}
