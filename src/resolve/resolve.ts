import type { Diagnostic, Outcome, Path } from '../diagnostics/diagnostic.ts';
import { quote } from '../diagnostics/printable.ts';
import { exists, plainValue, spanAt, type Tree } from '../load/tree.ts';
import type { Profile, ResolvedProfile } from '../profile/profile.ts';
import type { ProfileFile } from '../profile/schema.ts';
import type { ProfileDocument } from './chain.ts';
import { complete, REQUIRED, REQUIRED_WITH_KUBERNETES } from './complete.ts';
import type { FileProvider } from './files.ts';
import { overlay } from './merge.ts';

/**
 * Merges a chain into one whole profile and reads the files that it names. What is missing since it was of the wrong shape
 * has been told; without role or operating system there is no profile to speak of.
 */
export function resolve(chain: readonly ProfileDocument[], files: FileProvider): Outcome<ResolvedProfile> {
  const [first, ...rest] = chain;
  const entry = chain.at(-1);
  if (!first || !entry) throw new Error('a chain has at least its entry file');
  const tree = rest.reduce<Tree>((merged, document) => overlay(merged, document.tree), first.tree);
  // Each file had the shape, and merging keeps it: the same kinds of node stand at the same paths.
  const { extends: _, ...merged } = plainValue(tree) as ProfileFile;
  const { value: attachments, diagnostics } = readAttachments(merged, tree, files);
  const leftOut = chain.flatMap((document) => document.leftOut);
  const isVague = leftOut.some(([key]) => key === 'role' || key === 'os');
  const missing = isVague
    ? []
    : missingParts(merged, entry).filter(({ path }) => !leftOut.some((one) => meet(one, path)));
  const all = [...diagnostics, ...missing];
  if (missing.length > 0 || isVague || !attachments) return { diagnostics: all };
  return {
    value: {
      profile: complete(merged as ProfileFile & Pick<Profile, 'role' | 'os'>, baseName(entry.source.id)),
      spanOf: (path, part) => spanAt(tree, path, part),
      isWritten: (path) => exists(tree, path),
      attachments,
      leftOut,
    },
    diagnostics: all,
  };
}

/** Whether one of two places is in the other. */
const meet = (a: Path, b: Path): boolean => a.slice(0, b.length).every((step, i) => step === b[i]);

function missingParts(merged: ProfileFile, entry: ProfileDocument): Diagnostic[] {
  const wanted = merged.role === 'haproxy' ? REQUIRED : [...REQUIRED, ...REQUIRED_WITH_KUBERNETES];
  return wanted
    .filter(
      (name) =>
        name
          .split('.')
          .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], merged) ===
        undefined,
    )
    .map((name) => ({
      code: 'B401' as const,
      severity: 'error' as const,
      message: `${name} is set neither here nor in what this extends`,
      path: name.split('.'),
      span: spanAt(entry.tree, name.split('.')),
      hint: 'extend one of our profiles (extends: worker), or say it here',
    }));
}

const NEARBY = 'name a text file relative to the folder of this profile, and in it';

/** `files[].source` and `registries[].ca`, read relative to the file that names them. */
function readAttachments(
  merged: ProfileFile,
  tree: Tree,
  files: FileProvider,
): Outcome<ReadonlyMap<string, string>> {
  const wanted: [Path, string][] = [
    ...(merged.files ?? []).map((file, i): [Path, string | undefined] => [
      ['files', i, 'source'],
      file.source,
    ]),
    ...(merged.runtime?.registries ?? []).map((r, i): [Path, string | undefined] => [
      ['runtime', 'registries', i, 'ca'],
      r.ca,
    ]),
  ].filter((pair): pair is [Path, string] => pair[1] !== undefined);
  const texts = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  for (const [path, name] of wanted) {
    const span = spanAt(tree, path);
    const found = files.text(name, span.source);
    if ('source' in found) texts.set(JSON.stringify(path), found.source.text);
    else
      diagnostics.push({
        code: 'B304',
        severity: 'error',
        message: `can’t read ${quote(name)}: ${found.reason}`,
        path,
        span,
        hint: NEARBY,
      });
  }
  return { value: texts, diagnostics };
}

const baseName = (id: string): string =>
  (id.split('/').at(-1) ?? id).replace(/^bake:/, '').replace(/\.ya?ml$/, '');
