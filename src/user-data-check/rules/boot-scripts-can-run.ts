import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { sayOf } from '../finding.ts';
import { FILLED } from '../part.ts';
import { commandsOf } from '../shell.ts';
import type { ConfigRule } from './rule.ts';
import { isExecutable, writtenFiles } from './written-files.ts';

/** Files that cloud-init starts by itself, not those in folders below. (cc_scripts_per_boot.py and its like) */
export const isBootScript = (name: string): boolean =>
  /^\/var\/lib\/cloud\/scripts\/per-(?:boot|instance|once)\/[^/]+$/.test(name);

/** What may not be executed is left out in silence; what has no #! is started without a shell, and fails. (subp.py, runparts) */
export const bootScriptsCanRun: ConfigRule = (config) => {
  const commands = commandsOf(config).map(({ words, script }) => (words ?? script?.lines ?? []).join(' '));
  return writtenFiles(config)
    .filter(({ name }) => isBootScript(name))
    .flatMap((file): Diagnostic[] => {
      const found: Diagnostic[] = [];
      const isFilledIn = typeof file.permissions === 'string' && file.permissions.includes(FILLED);
      // runcmd comes after these scripts, so that what it changes counts from the next boot on.
      const isChanged =
        file.name.includes('/per-boot/') &&
        commands.some((line) => /\bchmod\b/.test(line) && line.includes(file.name));
      if (!isFilledIn && !isChanged && !isExecutable(file))
        found.push(
          sayOf(
            config,
            'B713',
            [...file.path, file.permissions === undefined ? 'path' : 'permissions'],
            'cloud-init leaves out scripts of this folder that may not be executed',
            { hint: "permissions: '0755'" },
          ),
        );
      const { text = '', isAppended } = file;
      const isProgram = text.startsWith('\x7fELF') || text.startsWith(FILLED);
      if (text !== '' && !isAppended && !isProgram && !text.startsWith('#!'))
        found.push(
          sayOf(
            config,
            'B713',
            [...file.path, 'content'],
            'a script of this folder is started without a shell, and without #! that fails',
            { line: 0, hint: '#!/bin/sh, as its very first characters' },
          ),
        );
      return found;
    });
};
