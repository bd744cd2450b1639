import { arrange, hasErrors, type Diagnostic, type Outcome, type Path } from '../diagnostics/diagnostic.ts';
import type { DocumentKind } from '../load/document.ts';
import { load } from '../load/load.ts';
import { exists, spanAt } from '../load/tree.ts';
import type { FileProvider } from '../resolve/files.ts';
import type { Source } from '../source/source.ts';
import { validateShape } from '../validate/shape.ts';
import { readAttachments } from './attachments.ts';
import type { ResolvedCluster } from './cluster.ts';
import { complete } from './complete.ts';
import { clusterMistakes } from './rules.ts';
import { clusterFile } from './schema.ts';
import { hideSecrets, refuseSecrets, suspectsIn, suspectsOf, type Suspect } from './secrets-stay-out.ts';

const CLUSTER: DocumentKind = {
  name: 'cluster',
  smallest: 'a cluster has a name and nodes; `bake init --cluster DIR` writes one to start from',
  schema: 'bake schema --cluster',
  emptyKey: 'delete the key, or say something',
  top: 'a cluster file is made of lines such as `name: demo`',
  tags: 'the one tag here is !replace, before a list',
};

/**
 * Reads a cluster file: load, shape, files that it names, defaults, rules. Pure; texts of other files come through `files`.
 * With any error (B1xx, B2xx, B304, B6xx) there is no value. No diagnostic shows what looks like a secret.
 */
export function readCluster(source: Source, files: Pick<FileProvider, 'text'>): Outcome<ResolvedCluster> {
  const { value: tree, diagnostics: unreadable } = load(source, CLUSTER);
  if (!tree) return { diagnostics: arrange(unreadable) };
  const own = unique(suspectsOf(tree));
  const shape = validateShape(tree, clusterFile, CLUSTER);
  const finish = (said: readonly Diagnostic[], named: readonly Suspect[]): Diagnostic[] =>
    arrange(hideSecrets([...said, ...refuseSecrets(tree, own, named)], tree, own));
  if (!shape.value) return { diagnostics: finish([...unreadable, ...shape.diagnostics], []) };
  const file = shape.value;
  const { value: attachments = new Map<string, string>(), diagnostics: missing } = readAttachments(
    file,
    tree,
    files,
  );
  const named = [...attachments].flatMap(([path, text]) => suspectsIn(text, JSON.parse(path) as Path));
  const resolved: ResolvedCluster = {
    cluster: complete(file, attachments),
    spanOf: (path, part) => spanAt(tree, path, part),
    isWritten: (path) => exists(tree, path),
  };
  const diagnostics = finish([...unreadable, ...missing, ...clusterMistakes({ ...resolved, file })], named);
  return hasErrors(diagnostics) ? { diagnostics } : { value: resolved, diagnostics };
}

/** One place is one finding, however often it matched. */
function unique(suspects: readonly Suspect[]): Suspect[] {
  const key = ({ path, what, line }: Suspect): string => JSON.stringify([path, what, line ?? 0]);
  return [...new Map(suspects.map((one) => [key(one), one])).values()];
}
