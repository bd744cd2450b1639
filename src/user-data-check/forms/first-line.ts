import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Source } from '../../source/source.ts';
import { say } from '../finding.ts';
import { lineSpan } from '../part.ts';

/** What a text begins with, in small letters and after blanks, to its type; the longest goes first. (cloudinit/handlers/__init__.py) */
const TYPES: readonly (readonly [start: string, type: string])[] = [
  ['#cloud-config-archive', 'text/cloud-config-archive'],
  ['## template: jinja', 'text/jinja2'],
  ['#cloud-config-jsonp', 'text/cloud-config-jsonp'],
  ['#cloud-boothook', 'text/cloud-boothook'],
  ['#include-once', 'text/x-include-once-url'],
  ['#part-handler', 'text/part-handler'],
  ['#cloud-config', 'text/cloud-config'],
  ['#include', 'text/x-include-url'],
  ['#!', 'text/x-shellscript'],
];

/** The type that cloud-init gives a text by how it begins. */
export function typeByFirstLine(text: string): string | undefined {
  const begin = text.trimStart().toLowerCase();
  return TYPES.find(([start]) => begin.startsWith(start))?.[1];
}

/** Types of cloud-init's own handlers; those of scripts by frequency since 22.1. */
export const HANDLED_TYPES: ReadonlySet<string> = new Set([
  ...TYPES.map(([, type]) => type),
  ...['boot', 'instance', 'once'].map((when) => `text/x-shellscript-per-${when}`),
]);

/** Says why cloud-init would not know what this text is. */
export function unknownForm(source: Source): Diagnostic {
  const lines = source.text.split('\n');
  const number =
    Math.max(
      0,
      lines.findIndex((line) => line.trim() !== ''),
    ) + 1;
  const first = (lines[number - 1] ?? '').trim();
  const span = lineSpan(source, number);
  const message = 'cloud-init does not know what begins like this, and does nothing with it';
  return say('B701', span, message, { hint: wayOut(first, lines.slice(number)) });
}

function wayOut(first: string, rest: readonly string[]): string {
  if (/^#+\s*template\s*:\s*jinja2?$/i.test(first)) return 'write ## template: jinja, with these blanks';
  if (
    /^#?\s*(?:cloud|coud|clou)[-_ ]?config(?:uration)?\s*$/i.test(first) ||
    /^#\s*cloud-?init\b/i.test(first)
  )
    return 'write #cloud-config, without a blank';
  if (/^#\s*include\b/i.test(first)) return 'write #include, without a blank';
  if (/^#ps1|^<powershell>|^rem cmd/i.test(first)) return 'that is for cloudbase-init on Windows';
  const below = rest.findIndex((line) => typeByFirstLine(line) !== undefined && !/^#!/.test(line));
  if (below !== -1) return `${(rest[below] ?? '').trim()} must be the first line, before comments and ---`;
  if (/^content-type\s*:/i.test(first)) return 'add the header MIME-Version: 1.0';
  if (/^[\w-]+\s*:(?:\s|$)/.test(first)) return 'write #cloud-config as the first line';
  return 'begin with #cloud-config, or with #! and an interpreter for a script';
}
