import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, type RunResult } from '../../src/adapters/process.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The built command line in a process of its own, as people run it. Exit codes 0 to 3 and 70 are answers, not failures. */
export function bakeProcess(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<RunResult> {
  return run(process.execPath, [join(ROOT, 'dist/cli/main.js'), ...args], {
    cwd,
    env,
    okCodes: [0, 1, 2, 3, 70],
    ...(signal ? { signal } : {}),
  });
}

/** A folder for big files; on the disk, since /tmp may be memory. */
export function bigTempFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(process.env['BAKE_TEST_FOLDER'] ?? '/var/tmp', 'bake-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
