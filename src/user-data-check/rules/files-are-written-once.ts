import { posix } from 'node:path';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { spanAt } from '../../load/tree.ts';
import { sayOf } from '../finding.ts';
import type { ConfigRule } from './rule.ts';
import { writtenFiles, type WrittenFile } from './written-files.ts';

/** Entries of write_files are written one after the other, each over what was there. (cloudinit/config/cc_write_files.py) */
export const filesAreWrittenOnce: ConfigRule = (config) => {
  // Of two branches of a template one stays.
  if (config.part.hasBranches) return [];
  const written = new Map<string, WrittenFile>();
  return writtenFiles(config).flatMap((file): Diagnostic[] => {
    // Whoever writes a file early and again after packages says so by `defer`.
    const place = `${file.isDeferred ? 'later' : 'early'} ${posix.normalize(file.name)}`;
    const before = written.get(place);
    written.set(place, file);
    if (!before || file.isAppended || isSame(before, file)) return [];
    const related = [{ message: 'this is lost', span: spanAt(config.tree, [...before.path, 'path']) }];
    return [
      sayOf(config, 'B713', [...file.path, 'path'], 'written twice, and this takes the place of the first', {
        severity: 'warning',
        related,
        hint: 'append: true, or delete one of them',
      }),
    ];
  });
};

const isSame = (one: WrittenFile, other: WrittenFile): boolean =>
  one.text === other.text &&
  one.owner === other.owner &&
  one.permissions === other.permissions &&
  !one.isAppended;
