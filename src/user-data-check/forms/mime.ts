import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Source } from '../../source/source.ts';
import { say } from '../finding.ts';
import { lineSpan } from '../part.ts';
import type { Places } from '../places.ts';

/** A part of a MIME message that holds no others. */
export interface MimePart {
  readonly source: Source;
  /** In small letters, without parameters. */
  readonly type: string;
  /** Bytes of what was base64, where it is no text (gzip). */
  readonly bytes?: Uint8Array;
  readonly fileName?: string;
  readonly headers: ReadonlyMap<string, Header>;
  /** Line of its Content-Type in `holder`, or of its first line. */
  readonly line: number;
  /** The text that the line is of. */
  readonly holder: Source;
}

interface Header {
  readonly value: string;
  readonly line: number;
}

/** cloud-init looks for this in the first 4096 bytes, anywhere. (cloudinit/user_data.py, convert_string) */
export const isMime = (text: string): boolean => text.slice(0, 4096).toLowerCase().includes('mime-version:');

/**
 * Takes a MIME message (RFC 2045, 2046) apart. Our own, since a library would mend in silence what we are here to find, and
 * does not say at which line a part begins.
 */
export function readMime(
  source: Source,
  places: Places,
): { readonly parts: readonly MimePart[]; readonly diagnostics: readonly Diagnostic[] } {
  const reader = new Reader(source, places);
  reader.read(0, reader.lines.length);
  return reader;
}

class Reader {
  readonly parts: MimePart[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly lines: readonly string[];
  private readonly source: Source;
  private readonly places: Places;

  constructor(source: Source, places: Places) {
    this.source = source;
    this.places = places;
    this.lines = source.text.split('\n').map((line) => line.replace(/\r$/, ''));
  }

  /** One entity in lines `from` (included) to `to` (not). */
  read(from: number, to: number): void {
    const { headers, body } = this.headers(from, to);
    const contentType = headers.get('content-type');
    const type = (contentType?.value ?? 'text/plain').split(';')[0]?.trim().toLowerCase() ?? '';
    if (!type.startsWith('multipart/')) return this.leaf(type, headers, body, to, contentType?.line ?? from);
    const boundary = /;\s*boundary\s*=\s*(?:"([^"]*)"|([^\s;]+))/i.exec(contentType?.value ?? '');
    const name = boundary?.[1] ?? boundary?.[2];
    const at = contentType?.line ?? from;
    if (name === undefined) return this.tell(at, 'multipart without a boundary, so that no part is found');
    const begins: number[] = [];
    let end: number | undefined;
    for (let n = body; n < to && end === undefined; n++) {
      const line = (this.lines[n] ?? '').trimEnd();
      if (line === `--${name}`) begins.push(n);
      if (line === `--${name}--`) end = n;
    }
    if (begins.length === 0)
      return this.tell(
        at,
        `no line is --${name}, so that no part is found`,
        'the boundary and the lines between parts must agree, with -- before them',
      );
    if (end === undefined)
      this.tell(
        at,
        `the line --${name}-- at the end is missing; was the file cut off?`,
        undefined,
        'warning',
      );
    begins.forEach((begin, i) => this.read(begin + 1, begins[i + 1] ?? end ?? to));
  }

  private headers(
    from: number,
    to: number,
  ): { readonly headers: Map<string, Header>; readonly body: number } {
    const headers = new Map<string, Header>();
    let last: string | undefined;
    for (let n = from; n < to; n++) {
      const line = this.lines[n] ?? '';
      if (line.trim() === '') return { headers, body: n + 1 };
      const [, name, value] = /^([!-9;-~]+):\s*(.*)$/.exec(line) ?? [];
      if (name !== undefined) {
        last = name.toLowerCase();
        headers.set(last, { value: value ?? '', line: n });
      } else if (/^\s/.test(line) && last !== undefined) {
        const before = headers.get(last);
        if (before) headers.set(last, { ...before, value: `${before.value} ${line.trim()}` });
      } else {
        this.tell(n, 'no header; an empty line must stand between headers and text', 'insert an empty line');
        return { headers, body: n };
      }
    }
    return { headers, body: to };
  }

  private leaf(
    type: string,
    headers: ReadonlyMap<string, Header>,
    from: number,
    to: number,
    line: number,
  ): void {
    const fileName = /filename\s*=\s*(?:"([^"]*)"|([^\s;]+))/i.exec(
      headers.get('content-disposition')?.value ?? '',
    );
    const name = fileName?.[1] ?? fileName?.[2];
    const encoding = headers.get('content-transfer-encoding')?.value.trim().toLowerCase();
    const text = this.lines.slice(from, to).join('\n');
    const common = {
      type,
      headers,
      line: line + 1,
      holder: this.source,
      ...(name === undefined ? {} : { fileName: name }),
    };
    if (encoding === 'base64' || encoding === 'quoted-printable') {
      const bad = encoding === 'base64' && /[^A-Za-z0-9+/=\s]/.exec(text);
      if (bad) {
        const n = from + text.slice(0, bad.index).split('\n').length - 1;
        return this.tell(n, 'no base64, which the part says it is');
      }
      const bytes = encoding === 'base64' ? Buffer.from(text, 'base64') : fromQuotedPrintable(text);
      const source = this.places.decoded(
        this.source,
        bytes.toString('utf8'),
        name ?? String(this.parts.length + 1),
      );
      this.parts.push({ ...common, source, bytes });
      return;
    }
    const other = /[^\x00-\x7f]/.exec(text);
    if (other) {
      const n = from + text.slice(0, other.index).split('\n').length - 1;
      // Python's email package gives such a part as raw-unicode-escape; tried with cloud-init 22.4.2.
      this.diagnostics.push(
        say(
          'B707',
          lineSpan(this.source, n + 1),
          'letters beyond ASCII arrive as others in a part that is not encoded',
          {
            hint: 'Content-Transfer-Encoding: base64',
          },
        ),
      );
    }
    this.parts.push({
      ...common,
      source: this.places.within(this.source, text, { line: from + 1, column: 1 }),
    });
  }

  private tell(
    line: number,
    message: string,
    hint?: string,
    severity: Diagnostic['severity'] = 'error',
  ): void {
    const extra = { severity, ...(hint === undefined ? {} : { hint }) };
    this.diagnostics.push(say('B702', lineSpan(this.source, line + 1), message, extra));
  }
}

/** RFC 2045, 6.7. */
function fromQuotedPrintable(text: string): Buffer {
  const joined = text.replace(/[ \t]+$/gm, '').replace(/=\n/g, '');
  return Buffer.from(
    joined.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  );
}
