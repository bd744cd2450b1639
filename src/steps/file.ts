import { createHash } from 'node:crypto';
import { shellWords, withInput } from '../text/shell.ts';
import { defineStep } from './kind.ts';

/** A text file with an exact content. */
export interface FileInput {
  readonly path: string;
  readonly content: string;
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  /** Units to restart where the machine is running and the file has changed. */
  readonly restarts?: readonly string[];
}

export const file = defineStep<FileInput>({
  title: ({ path }) => `write ${path}`,
  shell: ({ path, content, mode, owner, group, restarts = [] }) =>
    [
      withInput(`bake_write ${shellWords([path, mode, owner, group])}`, content),
      ...restarts.map((unit) => `bake_restart_if_changed ${shellWords([unit])}`),
    ].join('\n'),
  // Deferred, so that the package which owns a configuration file does not find it there before its own.
  cloudConfig: ({ path, content, mode, owner, group, restarts }) =>
    restarts === undefined
      ? { write_files: [{ path, content, owner: `${owner}:${group}`, permissions: mode, defer: true }] }
      : undefined,
  checks: ({ path, content, mode, owner, group }) => [
    {
      check: 'file',
      path,
      exists: true,
      type: 'file',
      mode,
      owner,
      group,
      sha256: createHash('sha256').update(content).digest('hex'),
    },
  ],
});
