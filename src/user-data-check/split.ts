import { gunzipSync } from 'node:zlib';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { quote } from '../diagnostics/printable.ts';
import type { Source } from '../source/source.ts';
import { say } from './finding.ts';
import { readArchive } from './forms/archive.ts';
import { HANDLED_TYPES, typeByFirstLine, unknownForm } from './forms/first-line.ts';
import { isMime, readMime, type MimePart } from './forms/mime.ts';
import { renderShape } from './forms/template.ts';
import { lineSpan, type Part } from './part.ts';
import type { Places } from './places.ts';

/** Types whose text decides itself what it is. (TYPE_NEEDED in cloudinit/user_data.py, and text/x-shellscript) */
const DECIDED_BY_TEXT = ['text/plain', 'text/x-not-multipart', 'text/x-shellscript'];
const GZIP = /^application\/(?:x-)?(?:gzip|gunzip|compress)/;
/** An archive in an archive in an archive is nobody's. */
const DEEPEST = 4;

/** Takes user-data apart as cloud-init does: every part by itself, with its type. */
export function split(
  source: Source,
  places: Places,
): { readonly parts: readonly Part[]; readonly diagnostics: readonly Diagnostic[] } {
  const parts: Part[] = [];
  const diagnostics: Diagnostic[] = [];
  whole(source, 0);
  return { parts, diagnostics };

  function whole(text: Source, depth: number): void {
    if (!isMime(text.text)) return add(text, typeByFirstLine(text.text), {}, depth);
    const { parts: found, diagnostics: said } = readMime(text, places);
    diagnostics.push(...said);
    const hasHandler = found.some((part) => typeByFirstLine(part.source.text) === 'text/part-handler');
    for (const part of found) mimePart(part, hasHandler, depth);
  }

  function mimePart(part: MimePart, hasHandler: boolean, depth: number): void {
    const saysMerge = part.headers.has('merge-type') || part.headers.has('x-merge-type');
    const given = { saysMerge, ...(part.fileName === undefined ? {} : { name: part.fileName }) };
    const at = lineSpan(part.holder, part.line);
    if (GZIP.test(part.type)) {
      const text = unpack(part.bytes);
      if (text === undefined)
        return void diagnostics.push(say('B702', at, 'the part is no gzip, which its type says'));
      return whole(places.decoded(part.holder, text, part.fileName ?? 'gzip'), depth + 1);
    }
    const byText = typeByFirstLine(part.source.text);
    const type = DECIDED_BY_TEXT.includes(part.type) ? (byText ?? part.type) : part.type;
    if (!HANDLED_TYPES.has(type) && type !== 'text/plain') {
      if (hasHandler) return;
      const message = `cloud-init has no handler for ${quote(type)} and leaves the part out`;
      const hint = byText === undefined ? 'text/cloud-config, text/x-shellscript, ...' : `write ${byText}`;
      return void diagnostics.push(say('B702', at, message, { hint }));
    }
    if (type === 'text/cloud-config' && byText !== undefined && byText !== type)
      diagnostics.push(
        say('B702', at, `the part says ${type} and begins as ${byText}; its type wins`, {
          hint: `write ${byText}`,
        }),
      );
    add(part.source, type === 'text/plain' ? undefined : type, given, depth);
  }

  function add(
    text: Source,
    type: string | undefined,
    given: { readonly name?: string; readonly saysMerge?: boolean },
    depth: number,
  ): void {
    if (type === undefined) return void diagnostics.push(unknownForm(text));
    if (type === 'text/cloud-config-archive' && depth < DEEPEST) {
      const { entries, diagnostics: said } = readArchive(text, places);
      diagnostics.push(...said);
      for (const entry of entries)
        add(
          entry.source,
          entry.type ?? typeByFirstLine(entry.source.text) ?? 'text/cloud-config',
          entry,
          depth + 1,
        );
      return;
    }
    if (type === 'text/jinja2') return template(text, given);
    const name = given.name ?? `part ${parts.length + 1}`;
    parts.push({
      source: text,
      type,
      name,
      isTemplate: false,
      hasBranches: false,
      saysMerge: given.saysMerge ?? false,
    });
  }

  function template(text: Source, given: { readonly name?: string; readonly saysMerge?: boolean }): void {
    const { text: shape, hasBranches, diagnostics: said } = renderShape(text);
    diagnostics.push(...said);
    const header = /^\s*##[^\n]*(?:\n|$)/.exec(shape)?.[0] ?? '';
    // The header goes as blanks, so that every line stays where it is.
    const source = places.within(text, header.replace(/[^\n]/g, ' ') + shape.slice(header.length), {
      line: 1,
      column: 1,
    });
    const type = typeByFirstLine(source.text);
    if (type === undefined) return void diagnostics.push(unknownForm(source));
    const name = given.name ?? `part ${parts.length + 1}`;
    parts.push({ source, type, name, isTemplate: true, hasBranches, saysMerge: given.saysMerge ?? false });
  }
}

function unpack(bytes: Uint8Array | undefined): string | undefined {
  try {
    return bytes && gunzipSync(bytes, { maxOutputLength: 16 * 1024 * 1024 }).toString('utf8');
  } catch {
    return undefined;
  }
}
