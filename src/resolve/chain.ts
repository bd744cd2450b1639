import type { Diagnostic, Outcome, Path } from '../diagnostics/diagnostic.ts';
import { quote } from '../diagnostics/printable.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { load } from '../load/load.ts';
import { spanAt, type Tree } from '../load/tree.ts';
import { profileFile } from '../profile/schema.ts';
import type { Source } from '../source/source.ts';
import { validateShape } from '../validate/shape.ts';
import type { FileProvider } from './files.ts';

/** One file of an `extends` chain: well-formed YAML, of which the tree has what is of the right shape. */
export interface ProfileDocument {
  readonly source: Source;
  readonly tree: Tree;
  /** Keys that were written and are not in the tree. */
  readonly leftOut: readonly Path[];
}

const MAX_CHAIN = 16;

/**
 * Reads the entry file and all that it extends, each checked for shape as written. The result is in
 * order of precedence: the most general file first, the entry file last. There is none when a file can't be had;
 * what is of the wrong shape is told and left out.
 */
export function readChain(entry: Source, files: FileProvider): Outcome<readonly ProfileDocument[]> {
  const chain: ProfileDocument[] = [];
  const diagnostics: Diagnostic[] = [];
  let isWhole = true;
  let source: Source | undefined = entry;
  while (source) {
    const loaded: Outcome<Tree> = load(source);
    diagnostics.push(...loaded.diagnostics);
    if (!loaded.value) return { diagnostics };
    const tree = loaded.value;
    const shape = validateShape(tree, profileFile);
    diagnostics.push(...shape.diagnostics);
    isWhole &&= shape.sound !== undefined && !shape.leftOut.some(([key]) => key === 'extends');
    chain.unshift({ source, tree: shape.sound ?? tree, leftOut: shape.leftOut });
    const next = nextSource(tree, source, chain, files);
    diagnostics.push(...next.diagnostics);
    isWhole &&= next.diagnostics.length === 0;
    source = next.value;
  }
  return isWhole ? { value: chain, diagnostics } : { diagnostics };
}

function nextSource(
  tree: Tree,
  from: Source,
  chain: readonly ProfileDocument[],
  files: FileProvider,
): Outcome<Source> {
  const reference = tree.kind === 'map' ? tree.entries.get('extends')?.value : undefined;
  if (reference?.kind !== 'scalar' || typeof reference.value !== 'string') return { diagnostics: [] };
  const fail = (
    code: 'B301' | 'B302' | 'B303',
    message: string,
    extra: Partial<Diagnostic> = {},
  ): Outcome<Source> => ({
    diagnostics: [
      { code, severity: 'error', message, path: ['extends'], span: spanAt(tree, ['extends']), ...extra },
    ],
  });
  if (chain.length >= MAX_CHAIN)
    return fail('B303', `more than ${MAX_CHAIN} files extend one another`, { hint: 'merge some of them' });
  const found = files.profile(reference.value, from);
  if ('reason' in found) {
    const hint =
      didYouMean(reference.value, files.ownProfiles) ??
      `our profiles: ${files.ownProfiles.join(', ')}; a file is written ./name.yaml`;
    return fail(
      'B301',
      `can’t extend ${quote(reference.value)}: ${found.reason}`,
      found.isMissing ? { hint } : {},
    );
  }
  const earlier = chain.find((document) => document.source.path === found.source.path);
  if (earlier) {
    const names = chain.map((document) => document.source.path).reverse();
    return fail('B302', `these files extend each other: ${[...names, found.source.path].join(' -> ')}`, {
      related: [{ message: 'the circle comes back to this file', span: spanAt(earlier.tree, ['extends']) }],
    });
  }
  return { value: found.source, diagnostics: [] };
}
