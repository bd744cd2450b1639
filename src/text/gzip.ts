import { gzipSync } from 'fflate';

/**
 * As gzip at its best. Node's own zlib gives other bytes on other processors; this gives the same everywhere, and holds no time.
 */
export function gzipped(content: Uint8Array): Uint8Array {
  return gzipSync(content, { level: 9, mtime: 0 });
}
