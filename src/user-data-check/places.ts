import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Position, Source, Span } from '../source/source.ts';

/**
 * Parts are judged as texts of their own, and told where a person finds them: this knows where in which file the text of a
 * part stands. What was encoded has no such place and keeps its own lines, under a name of its own.
 */
export class Places {
  private readonly outer = new Map<Source, { readonly source: Source; readonly at: Position }>();

  /** A text that stands in `source` as it is, its first character at `at` and every line as far indented. */
  within(source: Source, text: string, at: Position): Source {
    const part: Source = { id: source.id, path: source.path, text };
    this.outer.set(part, { source, at });
    return part;
  }

  /** A text that was made from a part of `source`: its own lines count, and the path names the part. */
  decoded(source: Source, text: string, name: string): Source {
    return { id: `${source.id}#${name}`, path: `${source.path}#${name}`, text };
  }

  /** The same diagnostic at the place in the file. */
  put(diagnostic: Diagnostic): Diagnostic {
    const { span, related } = diagnostic;
    return {
      ...diagnostic,
      ...(span ? { span: this.outermost(span) } : {}),
      ...(related ? { related: related.map((note) => ({ ...note, span: this.outermost(note.span) })) } : {}),
    };
  }

  outermost(span: Span): Span {
    let { source, start, end } = span;
    for (let found = this.outer.get(source); found; found = this.outer.get(source)) {
      const { at } = found;
      const move = ({ line, column }: Position): Position => ({
        line: line + at.line - 1,
        column: column + at.column - 1,
      });
      [source, start, end] = [found.source, move(start), move(end)];
    }
    return { source, start, end };
  }
}
