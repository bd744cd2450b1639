import { z } from 'zod';
import { fileProvider, openProfile } from '../../src/adapters/files.ts';
import { profileFile } from '../../src/profile/schema.ts';
import type { Profile } from '../../src/profile/profile.ts';
import { readChain } from '../../src/resolve/chain.ts';
import { resolve } from '../../src/resolve/resolve.ts';
import { MEANINGS } from './profile-meanings.ts';

/** One of our own profiles with everything it extends merged in and defaults filled. */
export function ownProfile(name: string): Profile {
  const opened = openProfile(name, '/');
  if ('reason' in opened) throw new Error(opened.reason);
  const files = fileProvider('/');
  const chain = readChain(opened.source, files).value;
  const resolved = chain && resolve(chain, files).value;
  if (!resolved) throw new Error(`${name} does not resolve`);
  return resolved.profile;
}

interface Row {
  readonly path: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly meaning: string;
}

/** Every key of a profile, sections before their keys. `[]` stands for an entry of a list. */
export function profileRows(schema: z.ZodType = profileFile, path = ''): Row[] {
  const bare = unwrap(schema);
  if (bare instanceof z.ZodArray) return profileRows(bare.element as z.ZodType, `${path}[]`);
  if (bare instanceof z.ZodUnion)
    return (bare.options as z.ZodType[])
      .flatMap((option) => profileRows(option, path))
      .filter((row, i, all) => all.findIndex((other) => other.path === row.path) === i);
  if (!(bare instanceof z.ZodObject)) return [];
  return Object.entries(bare.shape as Record<string, z.ZodType>).flatMap(([key, inner]) => {
    const below = path === '' ? key : `${path}.${key}`;
    return [
      {
        path: below,
        type: typeOf(inner),
        isRequired: !(inner instanceof z.ZodOptional),
        meaning: inner.description ?? MEANINGS[below] ?? '',
      },
      ...profileRows(inner, below),
    ];
  });
}

const unwrap = (schema: z.ZodType): z.ZodType =>
  schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType) : schema;

function typeOf(schema: z.ZodType): string {
  const bare = unwrap(schema);
  if (bare instanceof z.ZodEnum) return bare.options.map((value) => code(String(value))).join(', ');
  if (bare instanceof z.ZodLiteral) return [...bare.values].map((value) => code(String(value))).join(', ');
  if (bare instanceof z.ZodUnknown) return 'anything';
  if (bare instanceof z.ZodBoolean) return '`true`, `false`';
  if (bare instanceof z.ZodNumber) return numberType(bare);
  if (bare instanceof z.ZodArray) return `list: ${typeOf(bare.element as z.ZodType)}`;
  if (bare instanceof z.ZodUnion) return (bare.options as z.ZodType[]).map(typeOf).join('; or ');
  if (bare instanceof z.ZodObject) return `mapping (${Object.keys(bare.shape).join(', ')})`;
  if (bare instanceof z.ZodRecord)
    return `mapping of ${typeOf(bare.keyType as z.ZodType)} to ${typeOf(bare.valueType as z.ZodType)}`;
  return expected(bare);
}

function numberType({ minValue, maxValue }: z.ZodNumber): string {
  const top = maxValue === null || maxValue >= Number.MAX_SAFE_INTEGER ? undefined : maxValue;
  if (minValue === null || minValue <= Number.MIN_SAFE_INTEGER) return 'a whole number';
  return top === undefined ? `a whole number from ${minValue}` : `a whole number from ${minValue} to ${top}`;
}

/** What the compiler says it wants when it gets what no key takes. */
function expected(schema: z.ZodType): string {
  const issue = schema.safeParse('\u0000').error?.issues[0];
  if (!issue) throw new Error('a text without a rule');
  return issue.message;
}

/** docs/profiles.md: every key, with the value that our own profiles and the compiler give it. */
export function profilePage(head: string): string {
  const worker = ownProfile('worker');
  const haproxy = ownProfile('haproxy');
  const rows = profileRows();
  const sections = [...new Set(rows.map(({ path }) => sectionOf(path)))];
  const tables = sections.map((section) => {
    const own = rows.filter(({ path }) => sectionOf(path) === section);
    const lines = own.map((row) => {
      const inList = row.path.includes('[]');
      const from = row.path.startsWith('balancer') ? haproxy : worker;
      const hasNone = inList || ITS_OWN.includes(row.path);
      const value = row.isRequired ? 'required' : hasNone ? '' : shown(valueAt(from, row.path));
      return `| ${code(row.path)} | ${cell(row.type)} | ${cell(value)} | ${cell(row.meaning)} |`;
    });
    return [
      `### ${section}`,
      '',
      '| key | takes | default | meaning |',
      '| --- | --- | --- | --- |',
      ...lines,
    ].join('\n');
  });
  return [head.trimEnd(), '<!-- prettier-ignore-start -->', ...tables, '<!-- prettier-ignore-end -->\n'].join(
    '\n\n',
  );
}

/** What is a profile's own and no default for others. */
const ITS_OWN: readonly string[] = ['name', 'description', 'role'];

const TOP = 'The profile itself';
const sectionOf = (path: string): string => {
  const [first = ''] = path.split(/[.[]/);
  return ['apiVersion', 'kind', 'extends', 'name', 'description', 'role', 'os', 'arch'].includes(first)
    ? TOP
    : first;
};

/** `undefined` also where a section is absent. */
function valueAt(profile: Profile, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], profile);
}

/** Values that a person could write; sections, and what is empty, are left out. */
function shown(value: unknown): string {
  if (Array.isArray(value))
    return value.length === 0 ? 'none' : value.map((item) => code(String(item))).join(', ');
  if (value === undefined || typeof value === 'object') return '';
  return code(typeof value === 'string' ? value : JSON.stringify(value));
}

const code = (text: string): string => `\`${text}\``;
const cell = (text: string): string => text.replaceAll('|', '\\|');
