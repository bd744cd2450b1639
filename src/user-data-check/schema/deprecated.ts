import type { Path } from '../../diagnostics/diagnostic.ts';
import type { Judge, Schema } from './judge.ts';
import { compareVersions } from './versions.ts';

/** Something that is deprecated, and since when. */
export interface Deprecation {
  readonly path: Path;
  readonly since: string;
  /** cloud-init's own words: `Use **lock_passwd** instead.` */
  readonly words: string;
}

/** What of a value of a key is deprecated up to a version, as the schema of a release from 23.4 on knows it. */
export function deprecations(
  judge: Judge,
  key: string,
  value: unknown,
  until: string,
): readonly Deprecation[] {
  return judge
    .modulesOf(key)
    .flatMap((module) => walk(judge, module, { [key]: value }, []))
    .filter(({ since }) => compareVersions(since, until) <= 0);
}

function walk(judge: Judge, schema: Schema, value: unknown, path: Path): Deprecation[] {
  // “Changed” is said of a type or value that a key no longer wants, in the same words.
  const here = ['deprecated', 'changed']
    .filter((word) => schema[word] === true)
    .map((word): Deprecation => {
      const [since, words] = [schema[`${word}_version`], schema[`${word}_description`]].map(textOf);
      return { path, since: since ?? '', words: words ?? '' };
    });
  const resolved = judge.resolve(schema);
  if (resolved !== schema) return [...here, ...walk(judge, resolved, value, path)];
  const below = (part: unknown, one: unknown, step: string | number): Deprecation[] =>
    isSchema(part) ? walk(judge, part, one, [...path, step]) : [];
  const all = (schema.allOf ?? []).flatMap((part) => walk(judge, part, value, path));
  const chosen = ['oneOf', 'anyOf']
    .flatMap((keyword) => (schema[keyword] ?? []) as readonly Schema[])
    .filter((branch) => judge.fits(branch, value))
    .slice(0, 1)
    .flatMap((branch) => walk(judge, branch, value, path));
  if (Array.isArray(value)) {
    const items = value.flatMap((one, i) =>
      below(Array.isArray(schema['items']) ? undefined : schema['items'], one, i),
    );
    return [...here, ...all, ...chosen, ...items];
  }
  if (typeof value !== 'object' || value === null) return [...here, ...all, ...chosen];
  const patterns = Object.entries((schema['patternProperties'] ?? {}) as Record<string, Schema>);
  const keys = Object.entries(value).flatMap(([name, one]) => [
    ...below(Object.hasOwn(schema.properties ?? {}, name) ? schema.properties?.[name] : undefined, one, name),
    ...patterns
      .filter(([pattern]) => new RegExp(pattern).test(name))
      .flatMap(([, part]) => below(part, one, name)),
  ]);
  return [...here, ...all, ...chosen, ...keys];
}

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null;
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
