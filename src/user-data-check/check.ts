import { arrange, type Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/source.ts';
import { hideSecrets } from './hide-secrets.ts';
import { open } from './open.ts';
import { FILLED, linesOf } from './part.ts';
import { Places } from './places.ts';
import type { Platform } from './platform.ts';
import { readCloudConfig } from './read-cloud-config.ts';
import { CONFIG_RULES, PART_RULES } from './rules.ts';
import type { Context } from './rules/rule.ts';
import { schemaCheck } from './schema/check.ts';
import { GENERATIONS, type Schemas } from './schema/generations.ts';
import { Judge } from './schema/judge.ts';
import { split } from './split.ts';

export interface CheckOptions {
  readonly platform?: Platform;
  /** Version of cloud-init, such as `22.4.2`; without it every generation judges. */
  readonly version?: string;
}

/** What there is to say of user-data. */
export interface Checked {
  /** Sorted; no excerpt shows a secret. */
  readonly diagnostics: readonly Diagnostic[];
  readonly parts: readonly { readonly type: string; readonly name: string }[];
  /** Bytes that count against a platform's limit. */
  readonly size: number;
}

/** Makes a checker out of cloud-init's schemas; it can be used again and again. Pure; `path` is shown. */
export function userDataChecker(
  schemas: Schemas,
): (bytes: Uint8Array, path: string, options?: CheckOptions) => Checked {
  const judges = GENERATIONS.map((generation) => new Judge(generation, schemas));
  return (bytes, path, { platform, version } = {}) => {
    const { source, size, diagnostics: opening } = open(bytes, path, platform);
    if (!source) return { diagnostics: arrange(opening), parts: [], size };
    const places = new Places();
    const { parts, diagnostics: splitting } = split(source, places);
    const read = parts.filter(({ type }) => type === 'text/cloud-config').map(readCloudConfig);
    const configs = read.flatMap(({ config }) => (config ? [config] : []));
    const context: Context = { parts, configs, ...(version === undefined ? {} : { version }) };
    const bySchema = schemaCheck(judges, version);
    const judged = [
      ...read.flatMap(({ diagnostics }) => diagnostics),
      ...configs.flatMap(bySchema),
      ...configs.flatMap((config) => CONFIG_RULES.flatMap((rule) => rule(config, context))),
      ...parts.flatMap((part) => PART_RULES.flatMap((rule) => rule(part, context))),
    ].filter((diagnostic) => !isFilledIn(diagnostic.span));
    const placed = [...opening, ...splitting, ...judged].map((diagnostic) => places.put(diagnostic));
    return {
      diagnostics: hideSecrets(withoutEchoes(arrange(placed))),
      parts: parts.map(({ type, name }) => ({ type, name })),
      size,
    };
  };
}

/** What stands there is decided on the machine, so nothing can be said of it. */
function isFilledIn(span: Span | undefined): boolean {
  if (!span || span.start.line !== span.end.line) return false;
  const line = linesOf(span.source)[span.start.line - 1] ?? '';
  return line.slice(span.start.column - 1, span.end.column - 1).includes(FILLED);
}

/** A secret is told once a line, by the rule that names its key where there is one. */
function withoutEchoes(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const told = new Set<string>();
  return diagnostics.filter(({ code, span }) => {
    if (code !== 'B708' || !span) return true;
    const place = `${span.source.path}:${span.start.line}`;
    if (told.has(place)) return false;
    told.add(place);
    return true;
  });
}
