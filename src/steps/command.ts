import { shellQuote } from '../text/shell.ts';
import { defineStep } from './kind.ts';

/** A person's own commands, run by a bash of their own. */
export interface CommandInput {
  readonly name: string;
  readonly run: string;
  /** Skipped when this path exists. */
  readonly creates?: string;
  /** Skipped when these commands succeed. */
  readonly unless?: string;
}

const bash = (script: string): string => `bash -euo pipefail -c ${shellQuote(script)}`;

export const command = defineStep<CommandInput>({
  title: ({ name }) => name,
  shell: ({ run, creates, unless }) => {
    const guards = [
      ...(creates === undefined ? [] : [`[ -e ${shellQuote(creates)} ]`]),
      ...(unless === undefined ? [] : [`${bash(unless)} >/dev/null 2>&1`]),
    ];
    return guards.length === 0 ? bash(run) : `if ${guards.join(' || ')}; then return 0; fi\n${bash(run)}`;
  },
  checks: ({ name, creates, unless }) => [
    ...(creates === undefined ? [] : [{ check: 'file' as const, path: creates, exists: true }]),
    ...(unless === undefined ? [] : [{ check: 'command' as const, title: name, script: unless }]),
  ],
});
