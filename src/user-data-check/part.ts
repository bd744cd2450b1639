import type { Tree } from '../load/tree.ts';
import type { Source, Span } from '../source/source.ts';

/** One piece of user-data after every wrapping is taken off. */
export interface Part {
  /** Its text alone; places in it are put into the file's by {@link Places}. */
  readonly source: Source;
  /** What cloud-init takes it for: `text/cloud-config`, `text/x-shellscript`, `text/x-shellscript-per-boot`, ... */
  readonly type: string;
  /** For messages: its file name, or `part 2`. */
  readonly name: string;
  /** Behind `## template: jinja`, so that values of the machine stand in it as {@link FILLED}. */
  readonly isTemplate: boolean;
  /** A template with `else` in it: two of its lines may stand for one. */
  readonly hasBranches: boolean;
  /** MIME says how it is merged with the parts before it. */
  readonly saysMerge: boolean;
}

/** A part that is cloud-config, read. */
export interface CloudConfig {
  readonly part: Part;
  readonly tree: Tree;
  /** The tree as plain data; a key without a value is null. */
  readonly value: Readonly<Record<string, unknown>>;
}

/** Stands for each character that a template fills in on the machine; of Unicode's private use, so in nobody's text. */
export const FILLED = '\ue000';

const split = new WeakMap<Source, readonly string[]>();

/** The lines of a text, split once however often they are asked for. */
export function linesOf(source: Source): readonly string[] {
  const known = split.get(source);
  if (known) return known;
  const lines = source.text.split('\n');
  split.set(source, lines);
  return lines;
}

/** The span of one line of a part, without its indentation; `line` is one-based. */
export function lineSpan(source: Source, line: number): Span {
  const text = (linesOf(source)[line - 1] ?? '').trimEnd();
  const column = text.length - text.trimStart().length + 1;
  return { source, start: { line, column }, end: { line, column: Math.max(column, text.length) + 1 } };
}
