import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { load } from '../../load/load.ts';
import type { Tree } from '../../load/tree.ts';
import type { Source } from '../../source/source.ts';
import { literalPlace } from '../content-place.ts';
import { say } from '../finding.ts';
import type { Places } from '../places.ts';
import { CLOUD_CONFIG } from '../read-cloud-config.ts';

/** What an archive holds: a text, its type where one is given, and its name. */
export interface ArchiveEntry {
  readonly source: Source;
  readonly type?: string;
  readonly name?: string;
  readonly saysMerge: boolean;
}

/** Takes a `#cloud-config-archive` apart: a list of texts, or of mappings with `content`. (cloudinit/user_data.py) */
export function readArchive(
  source: Source,
  places: Places,
): { readonly entries: readonly ArchiveEntry[]; readonly diagnostics: readonly Diagnostic[] } {
  const { value: tree, diagnostics: said } = load(source, CLOUD_CONFIG);
  if (!tree) return { entries: [], diagnostics: said };
  if (tree.kind !== 'list') {
    const at = tree.kind === 'map' ? [...tree.entries.values()][0]?.keySpan : undefined;
    const hint = 'write a dash before each part: - type: text/cloud-config';
    return {
      entries: [],
      diagnostics: [...said, say('B702', at ?? tree.span, 'an archive is a list', { hint })],
    };
  }
  const diagnostics = [...said];
  const entries = tree.items.flatMap((item, i): ArchiveEntry[] => {
    const content = item.kind === 'map' ? item.entries.get('content')?.value : item;
    if (!content || content.kind !== 'scalar' || typeof content.value !== 'string') {
      const message = 'a part of an archive is a text, or a mapping whose content is one';
      diagnostics.push(say('B702', item.span, message));
      return [];
    }
    const field = (name: string): string | undefined => textOf(item, name);
    const name = field('filename');
    const type = field('type');
    const place = literalPlace(content);
    const text = content.value;
    return [
      {
        source: place
          ? places.within(source, text, place)
          : places.decoded(source, text, name ?? String(i + 1)),
        saysMerge:
          item.kind === 'map' && [...item.entries.keys()].some((key) => /^(?:x-)?merge-type$/i.test(key)),
        ...(type === undefined ? {} : { type: type.toLowerCase() }),
        ...(name === undefined ? {} : { name }),
      },
    ];
  });
  return { entries, diagnostics };
}

function textOf(tree: Tree, key: string): string | undefined {
  const value = tree.kind === 'map' ? tree.entries.get(key)?.value : undefined;
  return value?.kind === 'scalar' && typeof value.value === 'string' ? value.value : undefined;
}
