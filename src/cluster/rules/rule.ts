import type { Code } from '../../diagnostics/codes.ts';
import type { Diagnostic, Path } from '../../diagnostics/diagnostic.ts';
import type { ResolvedCluster } from '../cluster.ts';
import type { ClusterFile } from '../schema.ts';

/** A whole cluster, and the file it comes from: paths of diagnostics are those of the file. */
export interface Given extends ResolvedCluster {
  readonly file: ClusterFile;
}

/** Says what is wrong with a whole cluster. Pure; gives an empty list when nothing is. */
export type ClusterRule = (given: Given) => Diagnostic[];

type Extra = Partial<Pick<Diagnostic, 'severity' | 'hint' | 'related'>> & {
  /** Point at the key instead of its value. */
  readonly at?: 'key';
};

const WARNINGS: ReadonlySet<Code> = new Set(['B504', 'B611']);

/** A diagnostic at what the person wrote on `path`. B504 and B611 are warnings, all else errors. */
export function finding(
  given: Given,
  code: Code,
  path: Path,
  message: string,
  extra: Extra = {},
): Diagnostic {
  const { at, ...rest } = extra;
  const severity = WARNINGS.has(code) ? 'warning' : 'error';
  return { code, severity, message, path, span: given.spanOf(path, at ?? 'value'), ...rest };
}

/** Nodes with their place in the file. */
export function placed(
  given: Given,
): { readonly node: Given['cluster']['nodes'][number]; readonly path: Path }[] {
  return given.cluster.nodes.map((node, i) => ({ node, path: ['nodes', i] }));
}

/** The path of an entry that may be written alone or as one of a list. */
export function entryPath(given: Given, path: Path, index: number): Path {
  return given.isWritten([...path, index]) ? [...path, index] : path;
}
