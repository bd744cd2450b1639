import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { bake } from './cli.ts';
import { inTempFolder } from './temp-folder.ts';

/**
 * An error case is one file: options, the profile (or with `cluster`, the cluster file) as written, and what `bake compile` (or `bake cluster
 * render`) says of it, split by lines `---`.
 * The profile may have such lines of its own: the first split and the last one count.
 */
export interface ErrorCase {
  /** File name without `.yml`: the code it is about, a dash, what is wrong. */
  readonly name: string;
  readonly options: ErrorOptions;
  readonly profile: string;
  readonly expected: string;
}

interface ErrorOptions {
  /** Name of the profile's file; profile.yaml when absent. */
  readonly file?: string;
  /** What is given as --profile; the file when absent. */
  readonly open?: string;
  /** What lies beside it: texts, folders, symbolic links, and bytes (Latin-1) for what is no text. */
  readonly files?: Readonly<Record<string, string | { folder: true } | { link: string } | { bytes: string }>>;
  /** `\xHH` in the profile is that byte. */
  readonly escaped?: boolean;
  /** The profile's text this many times over. */
  readonly repeat?: number;
  readonly strict?: boolean;
  /** It is the cluster file of a cluster whose secrets were made for this name. */
  readonly cluster?: string;
  readonly standIn?: boolean;
  /** Expect what --json prints instead. */
  readonly json?: boolean;
  /** Exit code; 1 when absent. */
  readonly exit?: number;
}

export const ERROR_CASES = fileURLToPath(new URL('../errors/', import.meta.url));

export const readErrorCases = (folder = ERROR_CASES): ErrorCase[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yml'))
    .sort()
    .map((name) => readCase(folder, name.slice(0, -'.yml'.length)));

function readCase(folder: string, name: string): ErrorCase {
  const text = readFileSync(join(folder, `${name}.yml`), 'utf8');
  const lines = text.split('\n');
  const first = lines.indexOf('---');
  const last = lines.lastIndexOf('---');
  if (first < 0 || first === last)
    throw new Error(`${name}.yml: options, profile and diagnostics are split by lines ---`);
  const part = (from: number, to?: number): string =>
    lines
      .slice(from, to)
      .map((line) => `${line}\n`)
      .join('');
  return {
    name,
    options: (parse(part(0, first)) ?? {}) as ErrorOptions,
    profile: part(first + 1, last),
    expected: lines.slice(last + 1).join('\n'),
  };
}

/** The case with another expectation, as its file has it. */
export function printCase(one: ErrorCase, expected: string, folder = ERROR_CASES): string {
  const text = readFileSync(join(folder, `${one.name}.yml`), 'utf8');
  const head = text.slice(0, text.indexOf('---\n'));
  return `${head}---\n${one.profile}---\n${expected}`;
}

/** What bake says of the case, and its exit code. */
export async function runCase({
  options,
  profile,
}: ErrorCase): Promise<{ readonly said: string; readonly code: number }> {
  const { file = 'profile.yaml', open = file, files = {}, strict, standIn, json, cluster } = options;
  return inTempFolder(async (folder) => {
    writeFileSync(place(folder, file), bytesOf(profile, options));
    placeFiles(folder, files);
    const flags = [
      ...(strict ? ['--strict'] : []),
      ...(standIn ? ['--stand-in'] : []),
      ...(json ? ['--json'] : []),
    ];
    if (cluster !== undefined) await bake(['secrets', 'new', '--name', cluster], folder);
    const command =
      cluster === undefined ? ['compile', '--profile', open] : ['cluster', 'render', '--cluster', open];
    const { code, out, err } = await bake([...command, ...flags], folder);
    // Said once a profile has passed; no diagnostic.
    const said = (json ? out : err).replace(/^Made a key for builds: .*\n/m, '');
    return { code, said: said.replaceAll(folder, '/folder') };
  });
}

function place(folder: string, name: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  return path;
}

/** Lays down what a case has beside its file. */
export function placeFiles(folder: string, files: NonNullable<ErrorOptions['files']>): void {
  for (const [name, what] of Object.entries(files)) {
    const path = place(folder, name);
    if (typeof what === 'string') writeFileSync(path, what);
    else if ('folder' in what) mkdirSync(path);
    else if ('link' in what) symlinkSync(what.link, path);
    else writeFileSync(path, Buffer.from(what.bytes, 'latin1'));
  }
}

function bytesOf(profile: string, { escaped, repeat = 1 }: ErrorOptions): Buffer {
  const text = Buffer.from(profile.repeat(repeat));
  if (!escaped) return text;
  const decoded = text
    .toString('latin1')
    .replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(decoded, 'latin1');
}
