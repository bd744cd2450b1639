import type { Diagnostic, Outcome, Path } from '../diagnostics/diagnostic.ts';
import { quote } from '../diagnostics/printable.ts';
import { spanAt, type Tree } from '../load/tree.ts';
import type { FileProvider } from '../resolve/files.ts';
import type { Source, Span } from '../source/source.ts';
import {
  auditPolicyMistake,
  authoritiesMistake,
  manifestMistake,
  patchMistake,
  type Mistake,
} from './attached-texts.ts';
import { baseName, type Attachments } from './complete.ts';
import type { ClusterFile } from './schema.ts';
import { suspectsIn } from './secrets-stay-out.ts';

interface Attachment {
  readonly path: Path;
  readonly name: string | undefined;
  /** As a machine gets it. */
  readonly change?: (text: string) => string;
  /** Why it could never be what it is named for; nothing for a text that could. */
  readonly mistake?: (text: string) => Mistake | undefined;
}

/**
 * The files that a cluster file names: manifests, patches, an audit policy, certificates. B304 for one that can’t be read,
 * B607 for one that could never be what it is named for, with the place in that file where there is one.
 */
export function readAttachments(
  file: ClusterFile,
  tree: Tree,
  files: Pick<FileProvider, 'text'>,
): Outcome<Attachments> {
  const texts = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  for (const { path, name, change, mistake } of attachmentsOf(file)) {
    if (name === undefined) continue;
    const span = spanAt(tree, path);
    const found = files.text(name, span.source);
    if ('reason' in found) {
      diagnostics.push({
        code: 'B304',
        severity: 'error',
        message: `can’t read ${quote(name)}: ${found.reason}`,
        path,
        span,
        hint: 'name a text file relative to the folder of this cluster file, and in it',
      });
      continue;
    }
    const { text } = found.source;
    texts.set(JSON.stringify(path), text);
    const source = { ...found.source, text: change?.(text) ?? text };
    const said = mistake?.(source.text);
    if (said) diagnostics.push(refuse(said, { name, path, span, source }));
  }
  return { value: texts, diagnostics };
}

/** Nothing is shown of a file that has what looks like a secret. */
function refuse(
  { message, hint, at, because }: Mistake,
  { name, path, span, source }: { name: string; path: Path; span: Span; source: Source },
): Diagnostic {
  const isSecret = suspectsIn(source.text, path).length > 0;
  const common = { code: 'B607' as const, severity: 'error' as const, path, hint };
  const why = because === undefined || isSecret ? '' : ` (${because})`;
  const said = `${quote(name)} ${message}${why}`;
  if (at === undefined || isSecret) return { ...common, message: said, span };
  const lines = source.text.slice(0, at).split('\n');
  const start = { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
  const end = { ...start, column: start.column + 1 };
  return {
    ...common,
    message: said,
    span: { source, start, end },
    related: [{ message: 'named here', span }],
  };
}

function attachmentsOf({ addons = [], kubeadm = {} }: ClusterFile): Attachment[] {
  const { patches = [], auditPolicy, externalEtcd } = kubeadm;
  return [
    ...addons.map((addon, i) => {
      const { file, replace = [] } = typeof addon === 'string' ? {} : addon;
      return {
        path: ['addons', i, 'file'],
        name: file,
        change: (text: string): string =>
          replace.reduce((changed, one) => changed.replaceAll(one.find, () => one.with), text),
        mistake: manifestMistake,
      };
    }),
    ...patches.map((name, i) => ({
      path: ['kubeadm', 'patches', i],
      name,
      mistake: (text: string) => patchMistake(baseName(name), text),
    })),
    { path: ['kubeadm', 'auditPolicy'], name: auditPolicy, mistake: auditPolicyMistake },
    { path: ['kubeadm', 'externalEtcd', 'ca'], name: externalEtcd?.ca, mistake: authoritiesMistake },
    { path: ['kubeadm', 'externalEtcd', 'certificate'], name: externalEtcd?.certificate },
  ];
}
