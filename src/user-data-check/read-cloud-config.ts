import type { Diagnostic, Outcome } from '../diagnostics/diagnostic.ts';
import type { DocumentKind } from '../load/document.ts';
import { load } from '../load/load.ts';
import type { Entry, Tree } from '../load/tree.ts';
import type { Source, Span } from '../source/source.ts';
import { say } from './finding.ts';
import { FILLED, linesOf, type CloudConfig, type Part } from './part.ts';

export const CLOUD_CONFIG: DocumentKind = {
  name: 'cloud-config',
  smallest: '',
  schema: 'cloud-init schema',
  emptyKey: 'delete the key',
  top: 'cloud-config is made of lines such as `hostname: demo`',
  tags: 'PyYAML, which cloud-init reads with, refuses the whole text for it',
  isPyYaml: true,
};

/** Reads a part that is cloud-config. Of a key that stands twice PyYAML takes the last, in silence; here the first counts. */
export function readCloudConfig(part: Part): {
  readonly config?: CloudConfig;
  readonly diagnostics: readonly Diagnostic[];
} {
  const { value: tree, diagnostics } = loadAsPyYaml(part.source);
  // One of two branches of a template stays, and what a loop writes under one key is not written here twice.
  const said = diagnostics.filter(({ code }) => !(code === 'B102' && part.hasBranches));
  if (!tree) return { diagnostics: said };
  if (tree.kind !== 'map') {
    const message = `cloud-config is a mapping at its top, and this is ${tree.kind === 'list' ? 'a list' : 'a text'}`;
    const isFilledIn = tree.kind === 'scalar' && String(tree.value).includes(FILLED);
    return {
      diagnostics: isFilledIn ? said : [...said, say('B704', tree.span, message, { hint: CLOUD_CONFIG.top })],
    };
  }
  return { config: { part, tree, value: valueOf(tree) as Record<string, unknown> }, diagnostics: said };
}

/** Stands for a hyphen that is a whole text; like {@link FILLED} in nobody's own. */
const HYPHEN = '\ue001';

/**
 * A hyphen before `,` or a bracket that closes is text to PyYAML (scanner.py, check_block_entry), as in `[su, -, ubuntu]`, and begins a
 * list to our library, which refuses it there. What it refuses for this is read again as text.
 */
function loadAsPyYaml(source: Source): Outcome<Tree> {
  const first = load(source, CLOUD_CONFIG);
  const lines = [...linesOf(source)];
  let isOther = false;
  for (const { span, message } of first.diagnostics) {
    if (!span || !message.startsWith('Block collections are not allowed within flow')) continue;
    const { line, column } = span.start;
    const text = lines[line - 1] ?? '';
    if (!/^-[,\]}]/.test(text.slice(column - 1))) continue;
    lines[line - 1] = text.slice(0, column - 1) + HYPHEN + text.slice(column);
    isOther = true;
  }
  if (!isOther) return first;
  const spanOf = (span: Span): Span => ({ ...span, source });
  const { value, diagnostics } = load({ ...source, text: lines.join('\n') }, CLOUD_CONFIG);
  return {
    ...(value && { value: withHyphens(value, spanOf) }),
    diagnostics: diagnostics.map((one) => ({
      ...one,
      message: one.message.replaceAll(HYPHEN, '-'),
      ...(one.span && { span: spanOf(one.span) }),
    })),
  };
}

function withHyphens(tree: Tree, spanOf: (span: Span) => Span): Tree {
  const span = spanOf(tree.span);
  switch (tree.kind) {
    case 'empty':
      return { ...tree, span };
    case 'scalar':
      return { ...tree, span, value: tree.value === HYPHEN ? '-' : tree.value };
    case 'list':
      return { ...tree, span, items: tree.items.map((item) => withHyphens(item, spanOf)) };
    case 'map': {
      const entries = [...tree.entries].map(([key, { keySpan, value }]): [string, Entry] => [
        key === HYPHEN ? '-' : key,
        { keySpan: spanOf(keySpan), value: withHyphens(value, spanOf) },
      ]);
      return { ...tree, span, entries: new Map(entries) };
    }
  }
}

/** Plain data with every null in it, unlike {@link plainValue}: cloud-init judges those, too. */
function valueOf(tree: Tree): unknown {
  switch (tree.kind) {
    case 'empty':
      return null;
    case 'scalar':
      return tree.value;
    case 'list':
      return tree.items.map(valueOf);
    case 'map':
      return Object.fromEntries([...tree.entries].map(([key, { value }]) => [key, valueOf(value)]));
  }
}
