import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { DocumentKind } from '../load/document.ts';
import { load } from '../load/load.ts';
import type { Tree } from '../load/tree.ts';
import { say } from './finding.ts';
import { FILLED, type CloudConfig, type Part } from './part.ts';

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
  const { value: tree, diagnostics } = load(part.source, CLOUD_CONFIG);
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
