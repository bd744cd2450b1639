import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Source, Span } from '../source/source.ts';
import { secretsIn } from '../validate/rules/secrets-stay-out-of-the-image.ts';

const PEM_END = /-----END [A-Z0-9 ]*PRIVATE KEY/;

/** The same diagnostics over texts in which lines with secrets are dots behind their first word. */
export function hideSecrets(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const spans = diagnostics.filter(({ code }) => code === 'B708').flatMap(({ span }) => (span ? [span] : []));
  if (spans.length === 0) return diagnostics;
  const made = new Map<Source, Source>();
  const hidden = (span: Span): Span => {
    const source = made.get(span.source) ?? blank(span.source, spans);
    made.set(span.source, source);
    return { ...span, source };
  };
  return diagnostics.map((diagnostic) => ({
    ...diagnostic,
    ...(diagnostic.span ? { span: hidden(diagnostic.span) } : {}),
    ...(diagnostic.related
      ? { related: diagnostic.related.map((note) => ({ ...note, span: hidden(note.span) })) }
      : {}),
  }));
}

function blank(source: Source, spans: readonly Span[]): Source {
  const lines = source.text.split('\n');
  for (const { start, end } of spans.filter((span) => span.source === source)) {
    let last = Math.max(start.line, end.line);
    // The key itself stands on the lines below the one that gives it away.
    if (/BEGIN [A-Z0-9 ]*PRIVATE KEY/.test(lines[start.line - 1] ?? ''))
      while (last < lines.length && !PEM_END.test(lines[last - 1] ?? '')) last++;
    for (let n = start.line; n <= last; n++) {
      const line = lines[n - 1] ?? '';
      const kept = n === start.line ? keptOf(line) : '';
      lines[n - 1] = kept + line.slice(kept.length).replace(/\S/g, '·');
    }
  }
  return { ...source, text: lines.join('\n') };
}

/** A first word that says what the line is about: `DB_PASSWORD`, `- kubeadm`; no secret itself. */
function keptOf(line: string): string {
  const kept = /^\s*(?:-\s+)?(?:[A-Za-z_][\w-]*(?:\s*[:=]|(?=\s+\S)))?/.exec(line)?.[0] ?? '';
  return secretsIn(kept).length === 0 ? kept : '';
}
