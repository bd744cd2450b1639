import { arrange, hasErrors, type Diagnostic, type Outcome, type Path } from '../diagnostics/diagnostic.ts';
import type { DocumentKind } from '../load/document.ts';
import { load } from '../load/load.ts';
import { exists, pathIn, plainValue, spanAt } from '../load/tree.ts';
import type { FileProvider } from '../resolve/files.ts';
import type { Source } from '../source/source.ts';
import { validateShape } from '../validate/shape.ts';
import { readAttachments } from './attachments.ts';
import type { ResolvedCluster } from './cluster.ts';
import { complete, NOWHERE } from './complete.ts';
import { clusterMistakes } from './rules.ts';
import { clusterFile, type ClusterFile } from './schema.ts';
import { hideSecrets, refuseSecrets, suspectsIn, suspectsOf, type Suspect } from './secrets-stay-out.ts';

const CLUSTER: DocumentKind = {
  name: 'cluster',
  smallest: 'a cluster has a name and nodes; `bake init --cluster DIR` writes one to start from',
  schema: 'bake schema --cluster',
  emptyKey: 'delete the key, or say something',
  top: 'a cluster file is made of lines such as `name: demo`',
  tags: 'the one tag here is !replace, before a list',
};

/** Whoever can't be called, or says of nobody who they are, can still be told of the rest. */
const JUDGED = clusterFile.partial({ name: true, nodes: true });

/**
 * Reads a cluster file: load, shape, files that it names, defaults, rules. Pure; texts of other files come through `files`.
 * What is of the wrong shape is told and left out, so that the rest is judged in the same run. With any error (B1xx, B2xx, B304, B6xx) there is no value. No diagnostic shows what looks like a secret.
 */
export function readCluster(source: Source, files: Pick<FileProvider, 'text'>): Outcome<ResolvedCluster> {
  const { value: tree, diagnostics: unreadable } = load(source, CLUSTER);
  if (!tree) return { diagnostics: arrange(unreadable) };
  const own = unique(suspectsOf(tree));
  const shape = validateShape(tree, clusterFile, CLUSTER, { schema: JUDGED, entries: 'part' });
  const finish = (said: readonly Diagnostic[], named: readonly Suspect[]): Diagnostic[] =>
    arrange(hideSecrets([...said, ...refuseSecrets(tree, own, named)], tree, own));
  const { sound, leftOut, short } = shape;
  const told = [...unreadable, ...shape.diagnostics];
  if (!sound) return { diagnostics: finish(told, []) };
  const file = { name: NOWHERE, nodes: [], ...(plainValue(sound) as Partial<ClusterFile>) };
  const missing = ['name', 'nodes'].filter((key) => !exists(sound, [key])).map((key) => [key]);
  const asWritten = (path: Path): Path => pathIn(tree, sound, path) ?? path;
  const { value: attachments = new Map<string, string>(), diagnostics: unusable } = readAttachments(
    file,
    sound,
    files,
  );
  const named = [...attachments].flatMap(([path, text]) =>
    suspectsIn(text, asWritten(JSON.parse(path) as Path)),
  );
  const resolved: ResolvedCluster = {
    cluster: complete(file, attachments),
    spanOf: (path, part) => spanAt(sound, path, part),
    isWritten: (path) => exists(sound, path),
  };
  const found = clusterMistakes({ ...resolved, file }, { leftOut: [...leftOut, ...missing], short });
  const judged = [...unusable, ...found].map((one) => ({ ...one, path: asWritten(one.path) }));
  const diagnostics = finish([...told, ...judged], named);
  return hasErrors(diagnostics) ? { diagnostics } : { value: resolved, diagnostics };
}

/** One place is one finding, however often it matched. */
function unique(suspects: readonly Suspect[]): Suspect[] {
  const key = ({ path, what, line }: Suspect): string => JSON.stringify([path, what, line ?? 0]);
  return [...new Map(suspects.map((one) => [key(one), one])).values()];
}
