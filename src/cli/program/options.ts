import { InvalidArgumentError, Option } from 'commander';

/** Options of commands that have nothing else to say. */
export interface Json {
  readonly json?: boolean;
}

// What several commands take, so that it reads the same everywhere.

export const profileOption = (): Option =>
  new Option('-p, --profile <name|file>', 'profile: one of ours by name, or a file').makeOptionMandatory();
export const standIn = (): Option =>
  new Option('--stand-in', 'stand-ins in place of Kubernetes’ packages, clearly labelled');
export const secrets = (): Option =>
  new Option('--secrets <file>', 'values that go into user-data and never into an image (mode 0600)');
export const identity = (): Option =>
  new Option('--identity <file>', 'age identity that opens an encrypted secrets file (or BAKE_AGE_IDENTITY)');
export const strict = (): Option => new Option('--strict', 'treat warnings as errors');
export const target = (what: string): Option =>
  new Option('--target <name>', `${what}; bake targets lists them`);
export const json = (): Option => new Option('--json', 'print JSON for machines');
export const out = (what = 'where products go: DIR/<profile>/'): Option =>
  new Option('-o, --out <dir>', what).default('out').argParser(named);
export const outFile = (what: string): Option => new Option('-o, --out <file>', what).argParser(named);

/** An option that can be given several times. */
export const several = (one: string, before: readonly string[] = []): readonly string[] => [...before, one];

/** An empty name would be the current folder's. */
export function named(path: string): string {
  if (path === '') throw new InvalidArgumentError('It must not be empty; . is the folder you are in.');
  return path;
}

export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  $ ${line}\n`).join('')}`;
