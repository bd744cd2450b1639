import type { Path } from '../diagnostics/diagnostic.ts';
import { spanAt, type Tree } from '../load/tree.ts';
import type { Position, Span } from '../source/source.ts';
import { lineSpan, linesOf } from './part.ts';

/** The header of a literal block: `|`, `|-`, `&name |2`. */
const LITERAL = /^(?:[&!]\S+\s+)*\|([+-]?)(?:\d[+-]?)?\s*(?:#.*)?$/;

/** Where the text of a scalar begins if its lines stand in the file as they are (a literal block), and nothing otherwise. */
export function literalPlace(tree: Tree): Position | undefined {
  const { source, start } = tree.span;
  const lines = linesOf(source);
  if (!LITERAL.test((lines[start.line - 1] ?? '').slice(start.column - 1))) return undefined;
  const first = firstLine(lines, start.line);
  return { line: start.line + 1, column: first.length - first.trimStart().length + 1 };
}

/** The span of a line (from 0) of a text of cloud-config: the line itself in a literal block, else the whole value. */
export function contentLineSpan(tree: Tree, path: Path, line: number): Span {
  const node = nodeAt(tree, path);
  const place = node && literalPlace(node);
  return node && place ? lineSpan(node.span.source, place.line + line) : spanAt(tree, path);
}

/** The node at a path, where all of it was written. */
export function nodeAt(tree: Tree, path: Path): Tree | undefined {
  return path.reduce<Tree | undefined>(
    (node, step) =>
      node?.kind === 'map'
        ? node.entries.get(String(step))?.value
        : node?.kind === 'list'
          ? node.items[Number(step)]
          : undefined,
    tree,
  );
}

/** The first line that is not empty, from `from` on. */
function firstLine(lines: readonly string[], from: number): string {
  for (let n = from; n < lines.length; n++) if (lines[n]?.trim() !== '') return lines[n] ?? '';
  return '';
}
