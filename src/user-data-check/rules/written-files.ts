import { gunzipSync } from 'node:zlib';
import type { Path } from '../../diagnostics/diagnostic.ts';
import type { Tree } from '../../load/tree.ts';
import { nodeAt } from '../content-place.ts';
import { linesOf, type CloudConfig } from '../part.ts';
import { itemsOf, mappingOf } from './rule.ts';

/** An entry of write_files. */
export interface WrittenFile {
  readonly path: Path;
  readonly name: string;
  readonly owner: string;
  /** As YAML read it. */
  readonly permissions: unknown;
  readonly isDeferred: boolean;
  /** What is written goes behind what is there. */
  readonly isAppended: boolean;
  readonly encoding: string;
  /** YAML took the encoding off: `!!binary`. */
  readonly isBinary: boolean;
  /** As it was written. */
  readonly content: string;
  /** As it arrives on the machine; absent where it can’t be decoded. */
  readonly text?: string;
}

/** The entries of write_files that are mappings with a path. */
export function writtenFiles({ tree, value }: CloudConfig): readonly WrittenFile[] {
  return itemsOf(value['write_files']).flatMap((item, i): WrittenFile[] => {
    const { path, content, owner, permissions, defer, append, encoding } = mappingOf(item);
    if (typeof path !== 'string') return [];
    const coding = typeof encoding === 'string' ? encoding : 'text/plain';
    const written = typeof content === 'string' ? content : '';
    const text = decode(written, coding);
    return [
      {
        path: ['write_files', i],
        name: path,
        owner: typeof owner === 'string' ? owner : 'root:root',
        permissions,
        isDeferred: defer === true,
        // (cloudinit/util.py, TRUE_STRINGS)
        isAppended: append === true || /^(?:true|1|on|yes)$/i.test(String(append)),
        encoding: coding,
        isBinary: isBinary(tree, ['write_files', i, 'content']),
        content: written,
        ...(text === undefined ? {} : { text }),
      },
    ];
  });
}

function isBinary(tree: Tree, path: Path): boolean {
  const span = nodeAt(tree, path)?.span;
  if (!span) return false;
  const line = linesOf(span.source)[span.start.line - 1] ?? '';
  return /!!binary\s*$/.test(line.slice(0, span.start.column - 1));
}

export const isBase64 = (encoding: string): boolean => /b64|base64/.test(encoding);
export const isGzip = (encoding: string): boolean => /gz/.test(encoding);

function decode(content: string, encoding: string): string | undefined {
  const bytes = Buffer.from(content, isBase64(encoding) ? 'base64' : 'utf8');
  if (!isGzip(encoding)) return bytes.toString('utf8');
  try {
    return gunzipSync(bytes, { maxOutputLength: 16 * 1024 * 1024 }).toString('utf8');
  } catch {
    return undefined;
  }
}

/** Bits of the permissions as cloud-init takes them: text is octal, a number is the number. */
export function bits({ permissions }: WrittenFile): number {
  if (typeof permissions === 'number') return permissions;
  return typeof permissions === 'string' && /^(?:0o?)?[0-7]+$/.test(permissions)
    ? parseInt(permissions.replace('o', ''), 8)
    : 0o644;
}

export const isExecutable = (file: WrittenFile): boolean => (bits(file) & 0o100) !== 0;
