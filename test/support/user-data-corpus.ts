import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCloudInitSchema } from '../../src/adapters/files.ts';
import { renderText } from '../../src/diagnostics/render.ts';
import { userDataChecker, type Checked } from '../../src/user-data-check/check.ts';
import { platformOf } from '../../src/user-data-check/platform.ts';
import type { ErrorCase } from './error-case.ts';
import { ROOT } from './programs.ts';

export const CORPUS = join(ROOT, 'test/user-data-check');

/** A file with faults planted in it. */
export interface Fault {
  readonly name: string;
  readonly file: string;
  readonly bytes: Uint8Array;
  /** What was planted: `B704 3`, code and line. */
  readonly planted: readonly string[];
  readonly options: { readonly target?: string; readonly cloudInit?: string };
  /** What is said of it, as last written by an update. */
  readonly said: string;
  readonly saidFile: string;
}

export const FAULTS: readonly Fault[] = readdirSync(join(CORPUS, 'faults'))
  .sort()
  .map((name) => {
    const file = (other: string): string => join(CORPUS, 'faults', name, other);
    const text = (other: string, otherwise: string): string =>
      existsSync(file(other)) ? readFileSync(file(other), 'utf8') : otherwise;
    return {
      name,
      file: file('user-data'),
      bytes: readFileSync(file('user-data')),
      planted: text('planted', '').trim().split('\n'),
      options: JSON.parse(text('options.json', '{}')) as Fault['options'],
      said: text('said', ''),
      saidFile: file('said'),
    };
  });

/** Files with nothing wrong in them, by name. */
export const GOOD: readonly { readonly name: string; readonly file: string; readonly bytes: Uint8Array }[] =
  readdirSync(join(CORPUS, 'good'))
    .sort()
    .map((name) => {
      const file = join(CORPUS, 'good', name);
      return { name, file, bytes: readFileSync(file) };
    });

/** One for all: what of the schemas is compiled once stays so. */
export const check = userDataChecker(readCloudInitSchema);

export function checkFault({ bytes, options: { target, cloudInit } }: Fault): Checked {
  const platform = target === undefined ? undefined : platformOf(target);
  return check(bytes, 'user-data', {
    ...(platform ? { platform } : {}),
    ...(cloudInit === undefined ? {} : { version: cloudInit }),
  });
}

export const render = ({ diagnostics }: Checked): string =>
  diagnostics.map((one) => `${renderText(one)}\n`).join('');

/** The corpus as cases of the page of errors: each under the first code that was planted. */
export const userDataCases = (): Pick<ErrorCase, 'name' | 'options' | 'expected'>[] =>
  FAULTS.map(({ name, planted, said }) => ({
    name: `${planted[0]?.split(' ')[0] ?? ''}-${name}`,
    options: {},
    expected: said,
  }));
