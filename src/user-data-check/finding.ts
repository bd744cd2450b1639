import type { Code } from '../diagnostics/codes.ts';
import type { Diagnostic, Path } from '../diagnostics/diagnostic.ts';
import { spanAt } from '../load/tree.ts';
import type { Span } from '../source/source.ts';
import { contentLineSpan } from './content-place.ts';
import type { CloudConfig } from './part.ts';

/** Loss that shows at once or may be meant is a warning; all else is an error, unless told otherwise. */
const WARNINGS: ReadonlySet<Code> = new Set(['B705', 'B708', 'B709', 'B712', 'B714']);

type Extra = Partial<Pick<Diagnostic, 'severity' | 'hint' | 'related'>>;

/** Something to say of a place. B705, B708, B709, B712 and B714 are warnings, all else errors, unless told otherwise. */
export function say(code: Code, span: Span, message: string, extra: Extra = {}, path: Path = []): Diagnostic {
  return { code, severity: WARNINGS.has(code) ? 'warning' : 'error', message, path, span, ...extra };
}

/** The same of a place in cloud-config: its value, its key, or a line (from 0) of its text. */
export function sayOf(
  { tree }: CloudConfig,
  code: Code,
  path: Path,
  message: string,
  { at, line, ...extra }: Extra & { readonly at?: 'key'; readonly line?: number } = {},
): Diagnostic {
  const span = line === undefined ? spanAt(tree, path, at) : contentLineSpan(tree, path, line);
  return say(code, span, message, extra, path);
}
