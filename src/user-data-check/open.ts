import { gunzipSync, gzipSync } from 'node:zlib';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Source, Span } from '../source/source.ts';
import { formatSize } from '../units/size.ts';
import { say } from './finding.ts';
import { lineSpan } from './part.ts';
import type { Platform } from './platform.ts';

/** No honest user-data is larger once unpacked; a bomb is. */
const MOST_UNPACKED = 16 * 1024 * 1024;

export interface Opened {
  /** The text behind base64 and gzip; absent where there is none to judge. */
  readonly source?: Source;
  /** Bytes that count against a platform's limit: compressed, but not in base64. */
  readonly size: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** Takes base64 and gzip off a whole file, and says what the platform would make of them, of its size and its characters. */
export function open(bytes: Uint8Array, path: string, platform: Platform | undefined): Opened {
  const diagnostics: Diagnostic[] = [];
  // Nothing of what is encoded can be shown, so the first line is all there is to point at.
  const whole: Span = {
    source: { id: path, path, text: '' },
    start: { line: 1, column: 1 },
    end: { line: 1, column: 2 },
  };
  const tell = (...[code, message, extra]: [Diagnostic['code'], string, { hint?: string }?]): void => {
    diagnostics.push(say(code, whole, message, extra));
  };
  const inBase64 = fromBase64(bytes);
  if (inBase64 && platform) {
    if (platform.base64 === 'no')
      tell('B707', `${platform.name} hands base64 on as it is, and cloud-init does not decode it`, {
        hint: 'give the text itself',
      });
    else if (platform.base64 === 'one line' && inBase64.lines > 1)
      tell('B707', `on ${platform.name} base64 is decoded in one line only, and this has ${inBase64.lines}`, {
        hint: 'base64 -w0',
      });
  }
  const data = inBase64?.bytes ?? bytes;
  const isGzip = data[0] === 0x1f && data[1] === 0x8b;
  if (isGzip && platform?.gzip === 'no')
    tell('B707', `${platform.name} takes text only; gzip arrives broken`, { hint: 'give the text itself' });
  if (isGzip && platform?.gzip === 'in base64' && !inBase64)
    tell('B707', `${platform.name} takes text only; gzip arrives broken`, {
      hint: 'wrap it: gzip -9 | base64 -w0',
    });
  const size = data.length;
  const unpacked = isGzip ? unpack(data) : data;
  if ('reason' in unpacked) {
    tell('B702', `gzip that can’t be unpacked: ${unpacked.reason}`);
    return { size, diagnostics };
  }
  const text = decode(unpacked, tell);
  if (text === undefined) return { size, diagnostics };
  const source: Source = { id: path, path, text };
  if (platform?.limit !== undefined && size > platform.limit)
    diagnostics.push(
      say(
        'B706',
        lineSpan(source, 1),
        `${formatSize(size)} (${size} bytes); ${platform.name} takes ${platform.limit} bytes`,
        { hint: wayToFit(unpacked, isGzip, platform) },
      ),
    );
  const other = platform?.isAscii ? /[^\x00-\x7f]/.exec(text) : null;
  if (platform && other && !isGzip && !inBase64) {
    const line = text.slice(0, other.index).split('\n').length;
    diagnostics.push(
      say('B707', lineSpan(source, line), `${platform.name} takes ASCII only in its field for text`, {
        hint: 'write the text in base64 (write_files: encoding: b64)',
      }),
    );
  }
  return { source, size, diagnostics };
}

function wayToFit(text: Uint8Array, isGzip: boolean, { gzip, limit = 0 }: Platform): string {
  const packed = gzipSync(text, { level: 9 }).length;
  if (!isGzip && gzip !== undefined && gzip !== 'no' && packed <= limit)
    return `gzip -9 makes it ${packed} bytes, which it takes${gzip === 'yes' ? '' : ' in base64'}`;
  return 'bake more into the image, or fetch it: #include and an address';
}

/** The bytes of a file that is base64 altogether and holds user-data. */
function fromBase64(bytes: Uint8Array): { readonly bytes: Uint8Array; readonly lines: number } | undefined {
  const text = Buffer.from(bytes).toString('latin1').trim();
  if (text.length < 12 || !/^[A-Za-z0-9+/\s]+={0,2}$/.test(text)) return undefined;
  const decoded = Buffer.from(text, 'base64');
  const start = decoded.subarray(0, 16).toString('latin1');
  if (!/^(?:\x1f\x8b|#|MIME-|Content-)/i.test(start)) return undefined;
  return { bytes: decoded, lines: text.split('\n').length };
}

function unpack(bytes: Uint8Array): Uint8Array | { readonly reason: string } {
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_UNPACKED });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') return { reason: `more than ${formatSize(MOST_UNPACKED)} come out` };
    if (code === undefined || !code.startsWith('Z_')) throw error;
    return { reason: message };
  }
}

type Tell = (code: Diagnostic['code'], message: string, extra?: { hint?: string }) => void;

function decode(bytes: Uint8Array, tell: Tell): string | undefined {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    tell('B707', 'UTF-16; cloud-init reads UTF-8', { hint: 'save it as UTF-8 without a byte order mark' });
    return undefined;
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    tell('B707', 'bytes that are not UTF-8; cloud-init does not know what they are', {
      hint: 'binary files go into write_files with encoding: b64',
    });
    return undefined;
  }
  if (!text.startsWith('\ufeff')) return text;
  tell('B707', 'a byte order mark before the first line, so that cloud-init does not know what this is', {
    hint: 'save it as UTF-8 without a byte order mark',
  });
  return text.slice(1);
}
