import { isSeq, parseDocument } from 'yaml';
import type { Diagnostic, Outcome, Path } from '../diagnostics/diagnostic.ts';
import { quote } from '../diagnostics/printable.ts';
import { spanAt, type Tree } from '../load/tree.ts';
import type { FileProvider } from '../resolve/files.ts';
import type { Attachments } from './complete.ts';
import type { ClusterFile } from './schema.ts';

interface Attachment {
  readonly path: Path;
  readonly name: string | undefined;
  /** Why Kubernetes would not take a text, and what it takes; a text that is taken gives nothing. */
  readonly mistake?: (text: string) => Pick<Diagnostic, 'message' | 'hint'> | undefined;
}

/**
 * The files that a cluster file names: manifests, patches, an audit policy, certificates. B304 for one that can’t be read,
 * B607 for one that could never be what it is named for.
 */
export function readAttachments(
  file: ClusterFile,
  tree: Tree,
  files: Pick<FileProvider, 'text'>,
): Outcome<Attachments> {
  const texts = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  for (const { path, name, mistake } of attachmentsOf(file)) {
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
    const said = mistake?.(text);
    if (said)
      diagnostics.push({
        code: 'B607',
        severity: 'error',
        ...said,
        message: `${quote(name)} ${said.message}`,
        path,
        span,
      });
  }
  return { value: texts, diagnostics };
}

function attachmentsOf({ addons = [], kubeadm = {} }: ClusterFile): Attachment[] {
  const { patches = [], auditPolicy, externalEtcd } = kubeadm;
  return [
    ...addons.map((addon, i) => ({
      path: ['addons', i, 'file'],
      name: typeof addon === 'string' ? undefined : addon.file,
      mistake: manifestMistake,
    })),
    ...patches.map((name, i) => ({ path: ['kubeadm', 'patches', i], name })),
    { path: ['kubeadm', 'auditPolicy'], name: auditPolicy, mistake: auditPolicyMistake },
    { path: ['kubeadm', 'externalEtcd', 'ca'], name: externalEtcd?.ca },
    { path: ['kubeadm', 'externalEtcd', 'certificate'], name: externalEtcd?.certificate },
  ];
}

/** Every object has a kind; what else it is, kubectl and the API server know better. In YAML and in JSON. */
function manifestMistake(text: string): ReturnType<NonNullable<Attachment['mistake']>> {
  if (/^[^#]*\bkind["']?[ \t]*:/m.test(text)) return undefined;
  return {
    message: 'has no object in it, and kubectl fails where there is nothing to apply',
    hint: 'name a manifest: objects of Kubernetes with apiVersion and kind',
  };
}

/** The API server ends where it can’t read its policy, and where that has no rule. Source: k8s.io/apiserver pkg/audit/policy/reader.go. */
function auditPolicyMistake(text: string): ReturnType<NonNullable<Attachment['mistake']>> {
  const document = parseDocument(text);
  const { errors } = document;
  const rules = document.get('rules');
  const isPolicy = document.get('kind') === 'Policy' && isSeq(rules) && rules.items.length > 0;
  if (errors.length === 0 && isPolicy) return undefined;
  return {
    message: `is ${errors.length > 0 ? 'no YAML' : 'no audit policy'}, and the API server would not start`,
    hint: 'the smallest is {apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: Metadata}]}',
  };
}
