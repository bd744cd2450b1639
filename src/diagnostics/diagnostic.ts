import type { Span } from '../source/source.ts';
import type { Code } from './codes.ts';

/** A place in a document: keys and list positions from its top. */
export type Path = readonly (string | number)[];

/** Something to tell the person about what they wrote. Data; {@link renderText} and JSON print it. */
export interface Diagnostic {
  readonly code: Code;
  readonly severity: 'error' | 'warning';
  /** What was found and what was expected; a sentence without its full stop. */
  readonly message: string;
  readonly path: Path;
  /** Absent only where there is no text to point at (a file that does not exist). */
  readonly span?: Span;
  readonly related?: readonly { readonly message: string; readonly span: Span }[];
  /** What to do about it. */
  readonly hint?: string;
}

/** What every stage of the compiler returns: a value where there is one, and what there is to say. */
export interface Outcome<T> {
  readonly value?: T;
  readonly diagnostics: readonly Diagnostic[];
}

/** More than this many diagnostics of one run help nobody. */
export const MAX_DIAGNOSTICS = 100;

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}

/** Sorted by file and position, duplicates dropped; of more than {@link MAX_DIAGNOSTICS}, errors are kept before warnings. */
export function arrange(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const key = (d: Diagnostic): string => {
    const at = d.span ? `${d.span.source.path}:${pad(d.span.start.line)}:${pad(d.span.start.column)}` : '';
    return `${at}:${d.code}:${d.message}`;
  };
  const unique = new Map(diagnostics.map((diagnostic) => [key(diagnostic), diagnostic]));
  const sorted = [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, diagnostic]) => diagnostic);
  const isError = ({ severity }: Diagnostic): boolean => severity === 'error';
  const kept = new Set(
    [...sorted.filter(isError), ...sorted.filter((d) => !isError(d))].slice(0, MAX_DIAGNOSTICS),
  );
  return sorted.filter((diagnostic) => kept.has(diagnostic));
}

const pad = (n: number): string => String(n).padStart(7, '0');
