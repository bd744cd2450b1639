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
    const { path, content, owner, permissions, defer, encoding } = mappingOf(item);
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
