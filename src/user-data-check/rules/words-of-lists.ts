import { quote } from '../../diagnostics/printable.ts';
import { FILLED } from '../part.ts';
import { behindOptions, commandWords } from '../shell.ts';

/** Something that a list of words does not do. */
export interface WordMistake {
  readonly message: string;
  readonly hint: string;
  /** The word, from 0, where it is one alone. */
  readonly at?: number;
}

const OPERATORS = /^(?:\|\|?|&&|;|&|&>>?.*|\d?>>?|<|\d?>&\d|\d?>>?[\w/].*)$/;
/** An operator among the words of one argument. */
const INSIDE = /\S\s+(?:&&|\|\||\||\d?>>?\s*(?=[/\w$&]))\s*\S|\S\s*;\s+[a-z]|\s\d?>&\d/;
/** Text may hold any of these, but hardly ends in the path of a file by accident. */
const REDIRECTED = /\s>>?\s*\/[\w./-]+$|\s\|\s*(?:sudo\s+)?tee\s+(?:-a\s+)?\/[\w./-]+$/;

/** Programs that take names and settings; a text with operators is none of these. */
const TAKES_NAMES =
  /^(?:apt|apt-get|apt-mark|aptitude|dpkg|yum|dnf|zypper|apk|snap|pip3?|npm|systemctl|service|modprobe|mkdir|rmdir|rm|cp|mv|ln|touch|chmod|chown|chgrp|mount|umount|swapon|swapoff|mkswap|mkfs(?:\.\w+)?|useradd|usermod|userdel|adduser|groupadd|addgroup|tar|unzip|gunzip|kubeadm|sysctl|hostnamectl|timedatectl|ufw|netplan|update-grub|ls|cat|which)$/;
const TAKES_TEXT = /^(?:echo|printf)$/;
/** Programs with a language of their own, and those that hand a text to a shell. */
const HAS_A_LANGUAGE =
  /^(?:su|runuser|ssh|zsh|ksh|ash|fish|busybox|flock|script|[gm]?awk|perl|python[\d.]*|ruby|node|php|lua|jq|yq|psql|mysql|mariadb)$/;
const SHELL = /^(?:ba|da|z|k)?sh$/;

/** Programs that start another: their options with values, and how many words come before the other. */
const STARTERS: Readonly<Record<string, { readonly withValue: RegExp; readonly operands: number }>> = {
  doas: { withValue: /^-[uC]$/, operands: 0 },
  nice: { withValue: /^-n$/, operands: 0 },
  ionice: { withValue: /^-[cn]$/, operands: 0 },
  setsid: { withValue: /^$/, operands: 0 },
  stdbuf: { withValue: /^-[ioe]$/, operands: 0 },
  timeout: { withValue: /^-[sk]$/, operands: 1 },
  chroot: { withValue: /^$/, operands: 1 },
};

/** No shell reads a list: every word goes to the program as it is. (cloudinit/util.py, shellify) */
export function wordMistakes(words: readonly string[]): readonly WordMistake[] {
  const [first = ''] = words;
  if (words.length === 1 && /\s/.test(first.trim()))
    return [
      {
        message: 'a list of one word with blanks in it: no program has such a name',
        hint: 'take the brackets away, or write every word by itself',
      },
    ];
  const [program = '', ...rest] = started(words);
  if (/^(?:test|\[|expr|find)$/.test(program) || first === '[' || first === 'expr' || first === 'find')
    return [];
  const operator = words.slice(1).find((word) => OPERATORS.test(word));
  if (operator !== undefined)
    return [
      {
        message: `in a list ${quote(operator)} is a word as any other, given to ${quote(first)}`,
        hint: 'write the line as one text',
      },
    ];
  const inside = textForNobody(program, rest);
  if (inside) return [{ ...inside, at: words.length - rest.length + inside.at }];
  const name = program.replace(/^.*\//, '');
  const variable = HAS_A_LANGUAGE.test(name) ? undefined : words.find((word) => /\$\(|^\$\{?\w|`/.test(word));
  if (variable !== undefined)
    return [
      { message: 'in a list no variable and no command is replaced', hint: 'write the line as one text' },
    ];
  return [];
}

/** A text with blanks and operators that is meant for a shell, and which of the words behind the program it is; -1 is the program. */
function textForNobody(
  program: string,
  rest: readonly string[],
): (WordMistake & { readonly at: number }) | undefined {
  if (
    /\S\s+\S/.test(program) &&
    !program.includes(FILLED) &&
    (!program.startsWith('/') || INSIDE.test(program))
  )
    return {
      at: -1,
      message: 'no shell reads this: all of it is taken for the name of a program',
      hint: 'write every word by itself, or put sh, -c before the text',
    };
  const name = program.replace(/^.*\//, '');
  const file = SHELL.test(name) ? rest.findIndex((word) => !word.startsWith('-')) : -1;
  if (
    file !== -1 &&
    /\S\s+\S/.test(rest[file] ?? '') &&
    !rest.slice(0, file).some((word) => /^-\w*c/.test(word))
  )
    return {
      at: file,
      message: 'without -c a shell takes this for the name of a file',
      hint: `${name}, -c, and the text`,
    };
  const pattern = TAKES_NAMES.test(name) ? INSIDE : TAKES_TEXT.test(name) ? REDIRECTED : undefined;
  const at = pattern ? rest.findIndex((word) => pattern.test(word) && !word.includes(FILLED)) : -1;
  if (at === -1) return undefined;
  return {
    at,
    message: `no shell reads this: ${quote(name)} gets it as it is, with the operators in it`,
    hint: 'write the line as one text, or as sh, -c and the text',
  };
}

/** The words from the program on that is started in the end. */
function started(words: readonly string[]): readonly string[] {
  const own = commandWords(words);
  const name = (own[0] ?? '').replace(/^.*\//, '');
  const starter = Object.hasOwn(STARTERS, name) ? STARTERS[name] : undefined;
  if (!starter) return own;
  return started(behindOptions(own.slice(1), starter.withValue).slice(starter.operands));
}
