import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Whether expected files are to be rewritten instead of compared. Never in CI, where it would hide what broke. */
export const updating = process.env['UPDATE'] === '1';
if (updating && process.env['CI']) throw new Error('UPDATE=1 is refused where CI is set');

/** Compares a text with an expected file, or writes it there. */
export function matchesFile(actual: string, file: string): void {
  if (updating) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, actual);
    return;
  }
  assert.equal(actual, readExpected(file), `${file} (npm run test:update rewrites it)`);
}

function readExpected(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new Error(`${file} is missing; npm run test:update writes it`);
  }
}
