import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { sayOf, say } from '../finding.ts';
import {
  commandsOf,
  invocations,
  scriptOfPart,
  simpleCommands,
  spanOfLine,
  type Script,
  type SimpleCommand,
} from '../shell.ts';
import type { ConfigRule, PartRule } from './rule.ts';
import { wordMistakes } from './words-of-lists.ts';

/** What bash has and dash, Debian's and Ubuntu's /bin/sh, has not. (dash(1); checkbashisms(1)) */
const BASHISMS: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/(?:^|[\s;&|(!])\[\[\s/, '[['],
  [/(?:^|[;&|]\s*|\b(?:then|do|else)\s+)source\s/, 'source'],
  [/<<</, '<<<'],
  [/&>/, '&>'],
  [/[<>]\(/, 'process substitution'],
  [/(?:^|[\s;&|])(?:pushd|popd|shopt|declare|mapfile|readarray)\b/, 'a command of bash'],
  [/(?:^|[\s;&|])function\s+\w+/, 'function'],
  [/(?:^|[\s;&|])set\s+(?:-\w*o|-\w+\s+-o)\s+pipefail/, 'pipefail'],
  [/\{\d+\.\.\d+\}/, '{1..9}'],
];
const TYPOGRAPHIC = /[\u201c\u201d\u201e\u2018\u2019]|(?:^|\s)[\u2012-\u2015\u2212]+\w|\u00a0/;

/** Lists of runcmd and bootcmd are words, and texts are for /bin/sh. (cloudinit/util.py, shellify) */
export const commandsDoWhatTheySay: ConfigRule = (config) =>
  commandsOf(config).flatMap((command) => [
    ...(command.words && !command.script
      ? wordMistakes(command.words).map(({ message, hint, at }) =>
          sayOf(config, 'B712', at === undefined ? command.path : [...command.path, at], message, { hint }),
        )
      : []),
    ...(command.words ?? [])
      .filter((word) => !command.script && /^[\u2012-\u2015\u2212]+\w/.test(word))
      .map(() => sayOf(config, 'B707', command.path, DASH, { hint: HYPHEN })),
    ...(command.script ? scriptMistakes(command.script) : []),
    ...invocations(command).flatMap((one) =>
      questions(one).map(([message, hint]) =>
        say('B712', spanOfLine(config, command, one.line), message, { hint }, command.path),
      ),
    ),
  ]);

/** The same of scripts, and whether they can start. */
export const scriptsDoWhatTheySay: PartRule = (part) => {
  if (!/^text\/(?:x-shellscript|cloud-boothook)/.test(part.type)) return [];
  const script = scriptOfPart(part);
  return [
    ...start(part),
    ...(script ? scriptMistakes(script) : []),
    ...(script
      ? simpleCommands(script).flatMap((one) =>
          questions(one).map(([message, hint]) => say('B712', script.spanOf(one.line), message, { hint })),
        )
      : []),
  ];
};

const DASH = 'a typographic dash where a command wants a hyphen';
const HYPHEN = 'type - and " again; a word processor has changed them';

function scriptMistakes({ bare, shell, spanOf, path }: Script): Diagnostic[] {
  return bare.flatMap((text, line) => {
    const found: Diagnostic[] = [];
    const bashism = shell === 'sh' ? BASHISMS.find(([pattern]) => pattern.test(text)) : undefined;
    if (bashism)
      found.push(
        say(
          'B712',
          spanOf(line),
          `${bashism[1]} is bash, and this is run by /bin/sh, which is dash on Debian and Ubuntu`,
          { hint: 'write it for sh, or call bash -c' },
          path,
        ),
      );
    if (TYPOGRAPHIC.test(text))
      found.push(
        say(
          'B707',
          spanOf(line),
          'a typographic quote, dash or blank that the shell takes for a letter',
          { hint: HYPHEN },
          path,
        ),
      );
    return found;
  });
}

/** Managers of packages that ask whether to go on, what makes them not ask, and what they ask about. */
function questions({ words }: SimpleCommand): (readonly [message: string, hint: string])[] {
  const [first = '', ...rest] = words;
  const has = (pattern: RegExp): boolean => rest.some((word) => pattern.test(word));
  const asks = has(
    /^(?:install|upgrade|dist-upgrade|full-upgrade|remove|purge|autoremove|update|group-?install|in|up)$/,
  );
  const message = `${first} asks whether to go on, and nobody is there to answer`;
  if (
    /^apt(?:-get)?$/.test(first) &&
    asks &&
    !has(/^update$/) &&
    !has(/^(?:-\w*y\w*|--yes|--assume-yes|-qq+|-s|--simulate|--download-only|--print-uris|-d)$/)
  )
    return [[message, `${first} -y`]];
  if (/^(?:yum|dnf)$/.test(first) && asks && !has(/^(?:-\w*y\w*|--assumeyes)$/))
    return [[message, `${first} -y`]];
  if (first === 'zypper' && asks && !has(/^(?:-n|--non-interactive|-y)$/)) return [[message, 'zypper -n']];
  if (first === 'add-apt-repository' && !has(/^(?:-\w*y\w*|--yes)$/))
    return [[message, 'add-apt-repository -y']];
  return [];
}

/** A script starts by its #!, at the very beginning and with a whole path. */
function start({ source, type }: Parameters<PartRule>[0]): Diagnostic[] {
  const text =
    type === 'text/cloud-boothook'
      ? source.text.replace(/^\s*#cloud-boothook[^\n]*\n?/i, '').trimStart()
      : source.text;
  const span = { source, start: { line: 1, column: 1 }, end: { line: 1, column: 2 } };
  if (!text.trimStart().startsWith('#!'))
    return [
      say('B712', span, 'a script without #! and an interpreter can’t be started', {
        severity: 'error',
        hint: '#!/bin/sh',
      }),
    ];
  if (!text.startsWith('#!'))
    return [
      say('B712', span, '#! must be the very first characters of a script', {
        severity: 'error',
        hint: 'delete the empty lines before it',
      }),
    ];
  if (!/^#!\s*\//.test(text))
    return [
      say('B712', span, 'behind #! comes the whole path of an interpreter', {
        severity: 'error',
        hint: '#!/bin/bash',
      }),
    ];
  if (!/^#![^\n]*\r\n/.test(text) && text.includes('\r\n'))
    return [
      say(
        'B707',
        span,
        'some lines end as on Windows and the first does not, so that cloud-init leaves them so',
        { hint: 'dos2unix' },
      ),
    ];
  return [];
}
