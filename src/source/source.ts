/** A text that a person wrote, with the two names it goes by. */
export interface Source {
  /** Stable name, the same on every machine: `worker.yaml`, `bake:base.yaml`. Goes into plans. */
  readonly id: string;
  /** The path as the person would type it. Goes into diagnostics. */
  readonly path: string;
  readonly text: string;
}

/** Line and column are one-based; a column counts UTF-16 code units, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A stretch of one source; `end` is exclusive. */
export interface Span {
  readonly source: Source;
  readonly start: Position;
  readonly end: Position;
}

/** Where a plan step comes from, as plain data. */
export interface Origin {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Reduces a span to what a plan stores. */
export function originOf(span: Span): Origin {
  return { file: span.source.id, line: span.start.line, column: span.start.column };
}

/** `file:line:column`, the form that editors and terminals make clickable. */
export function formatOrigin(origin: Origin): string {
  return `${origin.file}:${origin.line}:${origin.column}`;
}
