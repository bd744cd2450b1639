import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { sayOf } from '../finding.ts';
import { FILLED } from '../part.ts';
import { commandsOf } from '../shell.ts';
import type { ConfigRule } from './rule.ts';
import { isExecutable, writtenFiles } from './written-files.ts';

/** Files that cloud-init starts by itself, not those in folders below. (cc_scripts_per_boot.py and its like) */
export const isBootScript = (name: string): boolean =>
  /^\/var\/lib\/cloud\/scripts\/per-(?:boot|instance|once)\/[^/]+$/.test(name);

/** A line of bootcmd or runcmd that has a chmod in it, without quotes. */
interface ChangesModes {
  readonly line: string;
  readonly hasShell: boolean;
}

/**
 * What may not be executed is left out in silence; what has no #! is started without a shell, and fails. (subp.py, runparts) What
 * is neither is no script: a README, or what scripts read.
 */
export const bootScriptsCanRun: ConfigRule = (config) => {
  const changes = commandsOf(config)
    .map(({ words, script }) => ({
      line: (words ?? script?.lines ?? []).join(' ').replace(/["']/g, ''),
      hasShell: script !== undefined,
    }))
    .filter(({ line }) => /\bchmod\b/.test(line));
  return writtenFiles(config)
    .filter(({ name }) => isBootScript(name))
    .flatMap((file): Diagnostic[] => {
      const found: Diagnostic[] = [];
      const isFilledIn = typeof file.permissions === 'string' && file.permissions.includes(FILLED);
      // runcmd comes after these scripts, so that what it changes counts from the next boot on.
      const isLater = file.name.includes('/per-boot/');
      const isNamed = isLater && changes.some(({ line }) => line.includes(file.name));
      const isChanged = isNamed || (isLater && changes.some((one) => changesMany(one, file.name)));
      const isMeantToRun = isFilledIn || isNamed || isExecutable(file);
      const { text = '', isAppended } = file;
      const isProgram = text.startsWith('\x7fELF') || text.startsWith(FILLED);
      if (!isMeantToRun && !isProgram && !isAppended && !text.trimStart().startsWith('#!')) return [];
      if (!isMeantToRun && !isChanged)
        found.push(
          sayOf(
            config,
            'B713',
            [...file.path, file.permissions === undefined ? 'path' : 'permissions'],
            'cloud-init leaves out scripts of this folder that may not be executed',
            { hint: "permissions: '0755'" },
          ),
        );
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

/** Whether a command changes modes of files by a pattern that a file matches, or of all that is in a folder above it. */
function changesMany({ line, hasShell }: ChangesModes, name: string): boolean {
  const isForFolders = /\s-\w*R|--recursive\b|\b(?:find|cd)\s/.test(line);
  return (line.match(/\/var\/lib\/cloud\b[^\s;&|)]*/g) ?? []).some((path) => {
    const wild = /[*?[{]/.exec(path)?.index;
    if (wild === undefined) return isForFolders && name.startsWith(`${path.replace(/\/+$/, '')}/`);
    // No shell replaces patterns in a list of words.
    if (!hasShell) return false;
    const isAsDeep = path.split('/').length === name.split('/').length;
    const end = /[^*?\]}]*$/.exec(path)?.[0] ?? '';
    return (isAsDeep || isForFolders) && name.startsWith(path.slice(0, wild)) && name.endsWith(end);
  });
}
