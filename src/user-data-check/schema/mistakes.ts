import type { ErrorObject } from 'ajv';
import type { Path } from '../../diagnostics/diagnostic.ts';
import { quote } from '../../diagnostics/printable.ts';
import { didYouMean } from '../../diagnostics/suggest.ts';

/** One mistake as people would say it. */
export interface Mistake {
  readonly path: Path;
  /** Point at the key. */
  readonly at?: 'key';
  readonly message: string;
  readonly hint?: string;
  /** Text was wanted, and YAML read a number or truth value. */
  readonly isUnquoted?: true;
}

const UNIONS = new Set(['oneOf', 'anyOf']);

/**
 * What is wrong in all that Ajv says. Of a choice it says what is wrong with every branch: where one branch is of the right
 * type, what is wrong inside counts, and otherwise which types would do. No text of the person is quoted: it may be a secret.
 */
export function mistakesIn(errors: readonly ErrorObject[]): readonly Mistake[] {
  const choices = errors.filter(({ keyword }) => UNIONS.has(keyword)).map(({ instancePath }) => instancePath);
  const inside = (path: string, choice: string): boolean => path === choice || path.startsWith(`${choice}/`);
  const plain = errors.filter(
    ({ keyword, instancePath }) => !UNIONS.has(keyword) && !choices.some((one) => inside(instancePath, one)),
  );
  const outermost = choices.filter((one) => !choices.some((other) => other !== one && inside(one, other)));
  const chosen = [...new Set(outermost)].flatMap((choice) =>
    ofChoice(
      choice,
      errors.filter(({ instancePath }) => inside(instancePath, choice)),
    ),
  );
  const said = [...plain.map(ofError), ...chosen];
  return [...new Map(said.map((one) => [JSON.stringify(one), one])).values()];
}

function ofChoice(choice: string, errors: readonly ErrorObject[]): Mistake[] {
  const isType = (error: ErrorObject): boolean => error.keyword === 'type' && error.instancePath === choice;
  const within = errors.filter(
    (error) => !isType(error) && !(UNIONS.has(error.keyword) && error.instancePath === choice),
  );
  // What is wrong inside of a branch says more than that the whole is not the word of another branch.
  const deeper = within.filter(
    (error) => error.instancePath !== choice || /^(?:additional|required)/.test(error.keyword),
  );
  if (within.length > 0) return [...mistakesIn(deeper.length > 0 ? deeper : within)].slice(0, 3);
  const [union] = errors.filter(({ keyword }) => UNIONS.has(keyword));
  const types = errors.filter(isType);
  const [first] = types;
  if (!first)
    return union ? [{ path: pathOf(union), message: 'a value that fits none of the forms it may have' }] : [];
  return [
    ofType(
      first,
      types.flatMap(({ params }) => typesOf(params)),
    ),
  ];
}

function ofError(error: ErrorObject): Mistake {
  const path = pathOf(error);
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'type':
      return ofType(error, typesOf(params));
    case 'additionalProperties': {
      const key = String(params['additionalProperty']);
      const known = Object.keys((error.parentSchema?.['properties'] ?? {}) as object);
      const hint = didYouMean(key, known) ?? (known.length > 0 ? `there is ${known.join(', ')}` : undefined);
      return {
        path: [...path, key],
        at: 'key',
        message: `unknown key ${quote(key)}`,
        ...(hint === undefined ? {} : { hint }),
      };
    }
    case 'required':
      return { path, at: 'key', message: `the key ${quote(String(params['missingProperty']))} is missing` };
    case 'enum': {
      const allowed = (params['allowedValues'] as readonly unknown[]).map(String);
      const near = typeof error.data === 'string' ? didYouMean(error.data, allowed) : undefined;
      return { path, message: `expected ${oneOf(allowed)}`, ...(near === undefined ? {} : { hint: near }) };
    }
    case 'format':
      return {
        path,
        message:
          params['format'] === 'uri'
            ? 'expected an address such as https://example.org/'
            : `expected a ${String(params['format'])}`,
      };
    default:
      return { path, message: error.message ?? `fails ${error.keyword}` };
  }
}

function ofType(error: ErrorObject, types: readonly string[]): Mistake {
  const wanted = [...new Set(types)].filter((type) => type !== 'null');
  const found = nameOf(error.data);
  const isPlain = typeof error.data === 'number' || typeof error.data === 'boolean';
  const isUnquoted = isPlain && wanted.includes('string');
  const message = `expected ${oneOf(wanted.map((type) => NAMES[type] ?? type))}, found ${found}`;
  const isCommand = found === 'a mapping' && /^\/(?:runcmd|bootcmd)\//.test(error.instancePath);
  const hint = isUnquoted
    ? 'put it in quotes'
    : isCommand
      ? 'a colon and a blank begin a mapping; put the line in quotes'
      : undefined;
  return {
    path: pathOf(error),
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(isUnquoted ? { isUnquoted } : {}),
  };
}

const NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  object: 'a mapping',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
};

function nameOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'boolean') return `the value ${value}`;
  return typeof value === 'string' ? 'text' : 'a mapping';
}

const typesOf = (params: Record<string, unknown>): string[] => [params['type']].flat().map(String);

function oneOf(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} or ${last}`;
}

/** JSON pointer to path; a position in a list stays text, which is enough to find it. */
const pathOf = ({ instancePath }: ErrorObject): string[] =>
  instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
