import type { Span } from '../source/source.ts';
import type { Diagnostic } from './diagnostic.ts';
import { cells, dotUnprintable, escapeUnprintable } from './printable.ts';

/** Colours to print with; identity functions for plain text. */
export interface Palette {
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
}

const same = (text: string): string => text;
export const plain: Palette = { error: same, warning: same, strong: same, faint: same };

/**
 * One diagnostic for people:
 *
 * ```
 * worker.yaml:3:3: error[B201]: unknown key "versoin"
 *   2 | kubernetes:
 *   3 |   versoin: 1.35.8
 *     |   ^^^^^^^ did you mean "version"?
 * ```
 */
export function renderText(diagnostic: Diagnostic, palette: Palette = plain): string {
  const { span, severity, code, message, hint, related } = diagnostic;
  const paint = severity === 'error' ? palette.error : palette.warning;
  const where = span ? `${place(span)}: ` : '';
  const lines = [`${palette.strong(where)}${paint(`${severity}[${code}]`)}: ${escapeUnprintable(message)}`];
  if (span) lines.push(...excerpt(span, hint, palette));
  else if (hint !== undefined) lines.push(`  ${escapeUnprintable(hint)}`);
  for (const { message: note, span: at } of related ?? []) {
    lines.push(`${palette.strong(place(at))}: note: ${note}`, ...excerpt(at, undefined, palette));
  }
  return lines.join('\n');
}

/** The same as plain data, for `--json`. Lines and columns are one-based. */
export function toJson(diagnostic: Diagnostic): Record<string, unknown> {
  const { span, related, ...rest } = diagnostic;
  return {
    ...rest,
    ...(span ? range(span) : {}),
    ...(related ? { related: related.map((note) => ({ message: note.message, ...range(note.span) })) } : {}),
  };
}

const place = (span: Span): string => `${span.source.path}:${span.start.line}:${span.start.column}`;

function range(span: Span): Record<string, unknown> {
  return { file: span.source.path, line: span.start.line, column: span.start.column, end: span.end };
}

/** Columns of a line that are shown; of a longer one, those around the place. */
const WIDTH = 160;

function excerpt(span: Span, hint: string | undefined, palette: Palette): string[] {
  const all = span.source.text.split(/\r?\n/);
  const { line, column } = span.start;
  const gutter = String(line).length + 2;
  const row = (n: number, text: string): string =>
    `${palette.faint(`${String(n).padStart(gutter)} |`)} ${text}`;
  const before = dotUnprintable(all[line - 2] ?? '');
  const text = dotUnprintable(all[line - 1] ?? '');
  const from = column <= WIDTH - 20 ? 0 : column - WIDTH / 2;
  const start = column - 1 - from;
  const shown = cut(text, from);
  const end = span.end.line === line ? span.end.column - 1 - from : shown.length;
  const carets = '^'.repeat(Math.max(1, cells(shown.slice(start, end))));
  const pointer = `${' '.repeat(gutter)} ${palette.faint('|')} ${' '.repeat(cells(shown.slice(0, start)))}${carets}`;
  return [
    ...(line > 1 ? [row(line - 1, cut(before, 0))] : []),
    row(line, shown),
    hint === undefined ? pointer : `${pointer} ${escapeUnprintable(hint)}`,
  ];
}

function cut(line: string, from: number): string {
  const part = line.slice(from, from + WIDTH);
  const begun = from > 0 ? `…${part.slice(1)}` : part;
  return from + WIDTH < line.length ? `${begun.slice(0, -1)}…` : begun;
}
