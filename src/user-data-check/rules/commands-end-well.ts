import type { Diagnostic, Path } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../source/source.ts';
import { endlessHint, endlessIn } from '../endless.ts';
import { say } from '../finding.ts';
import {
  commandsOf,
  invocations,
  scriptOfPart,
  simpleCommands,
  spanOfLine,
  waitedFor,
  type SimpleCommand,
} from '../shell.ts';
import type { ConfigRule, PartRule } from './rule.ts';

const HINT_REBOOT = 'power_state: {mode: reboot} does it when all is done';

/** What can never end, or ends the run before its end. */
function judge({ words }: SimpleCommand, span: Span): Diagnostic[] {
  const [first = '', ...rest] = words;
  const name = first.replace(/^.*\//, '');
  if (name === 'cloud-init' && rest.includes('status') && rest.some((word) => /^(?:--wait|-w)$/.test(word)))
    return [
      say('B709', span, 'this waits for cloud-init to end, which waits for this', {
        severity: 'error',
        hint: 'delete it: packages and files are there already',
      }),
    ];
  const isReboot =
    /^(?:reboot|poweroff|halt)$/.test(name) ||
    (name === 'shutdown' && !rest.some((word) => /^\+[1-9]/.test(word))) ||
    (name === 'init' && /^[06]$/.test(rest[0] ?? '')) ||
    (name === 'systemctl' && /^(?:reboot|poweroff|halt)$/.test(rest[0] ?? ''));
  if (!isReboot) return [];
  return [
    say('B709', span, 'the machine goes down in the middle of the run: what comes later is cut off', {
      hint: HINT_REBOOT,
    }),
  ];
}

/** Commands of runcmd run inside of cloud-init's last stage. (cloud-init issue tracker; cc_scripts_user.py) */
export const commandsEndWell: ConfigRule = (config) =>
  commandsOf(config).flatMap((command) => [
    ...(command.key === 'runcmd' && command.isWaitedFor ? invocations(command) : []).flatMap((one) =>
      judge(one, spanOfLine(config, command, one.line)),
    ),
    ...endless(
      command.script && command.isWaitedFor
        ? endlessIn(command.script)
        : { line: 0, hint: endlessHint(waitedFor(command.words ?? [])) },
      (line) => spanOfLine(config, command, line),
      command.path,
    ),
  ]);

/** The same of scripts. */
export const scriptsEndWell: PartRule = (part) => {
  const script = scriptOfPart(part);
  if (!script) return [];
  return [
    ...simpleCommands(script).flatMap((one) => judge(one, script.spanOf(one.line))),
    ...endless(endlessIn(script), script.spanOf, []),
  ];
};

/** cloud-init waits for each command and script, and the boot for cloud-init. */
function endless(
  found: { readonly line: number; readonly hint: string | undefined } | undefined,
  spanOf: (line: number) => Span,
  path: Path,
): Diagnostic[] {
  if (found?.hint === undefined) return [];
  const message = 'this goes on until somebody stops it, and what comes later never runs';
  return [say('B709', spanOf(found.line), message, { severity: 'error', hint: found.hint }, path)];
}
