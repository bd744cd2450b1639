import type { Path } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/source.ts';
import { contentLineSpan } from './content-place.ts';
import { spanAt } from '../load/tree.ts';
import { lineSpan, type CloudConfig, type Part } from './part.ts';

/** A text that a shell runs. */
export interface Script {
  /** What stands in quotes, comments and here-documents is underscores, so that only the shell's own words are left. */
  readonly bare: readonly string[];
  readonly lines: readonly string[];
  readonly shell: 'sh' | 'bash';
  /** Where a line (from 0) stands. */
  readonly spanOf: (line: number) => Span;
  readonly path: Path;
}

/** A line of runcmd or bootcmd: a list of words, or text for /bin/sh. */
export interface Command {
  readonly key: 'runcmd' | 'bootcmd';
  readonly path: Path;
  /** Absent where it is text. */
  readonly words?: readonly string[];
  /** Absent where it is a list that starts no shell. */
  readonly script?: Script;
  /** cloud-init waits for it to the end: it is not in the background, nor a script for `docker run`, `systemd-run` or `timeout`. */
  readonly isWaitedFor: boolean;
}

/** A simple command in a script: its words as far as they are not quoted. */
export interface SimpleCommand {
  readonly words: readonly string[];
  readonly line: number;
}

/** The lines of runcmd and bootcmd; what is neither text nor list is for the schema to refuse. */
export function commandsOf(config: CloudConfig): readonly Command[] {
  return (['bootcmd', 'runcmd'] as const).flatMap((key) => {
    const lines = config.value[key];
    if (!Array.isArray(lines)) return [];
    return lines.flatMap((item: unknown, i): Command[] => {
      const path = [key, i];
      if (typeof item === 'string')
        return [{ key, path, script: scriptOf(config, path, item, 'sh'), isWaitedFor: true }];
      if (!Array.isArray(item)) return [];
      const words = item.map(String);
      const at = words.findIndex(
        (word, n) => /^(?:(?:\/usr)?\/bin\/)?(?:ba|da)?sh$/.test(word) && /^-\w*c$/.test(words[n + 1] ?? ''),
      );
      const text = at === -1 ? undefined : words[at + 2];
      const own = waitedFor(words).length;
      if (text === undefined) return [{ key, path, words, isWaitedFor: own > 0 }];
      const isWaitedFor = own === words.length - at;
      const shell = /bash$/.test(words[at] ?? '') ? 'bash' : 'sh';
      return [{ key, path, words, script: scriptOf(config, [...path, at + 2], text, shell), isWaitedFor }];
    });
  });
}

function scriptOf(config: CloudConfig, path: Path, text: string, shell: Script['shell']): Script {
  const { tree } = config;
  return {
    lines: text.split('\n'),
    bare: bareLines(text),
    shell,
    path,
    spanOf: (line) =>
      text.trimEnd().includes('\n') ? contentLineSpan(tree, path, line) : spanAt(tree, path),
  };
}

/** The script of a part, where a shell runs it. */
export function scriptOfPart({ source }: Part): Script | undefined {
  const text = source.text.replace(/^\s*#cloud-boothook[^\n]*/i, '');
  const interpreter = /^\s*#!\s*(?:\/usr\/bin\/env\s+)?(?:\S*\/)?(\w+)/.exec(text)?.[1];
  if (interpreter !== 'sh' && interpreter !== 'dash' && interpreter !== 'bash') return undefined;
  return {
    lines: source.text.split('\n'),
    bare: bareLines(source.text),
    shell: interpreter === 'bash' ? 'bash' : 'sh',
    path: [],
    spanOf: (line) => lineSpan(source, line + 1),
  };
}

/** The simple commands of a script, without `sudo` and variables that are set for them. */
export function simpleCommands({ bare }: Pick<Script, 'bare'>): readonly SimpleCommand[] {
  return bare.flatMap((text, line) =>
    text
      .split(/[;&|(){}]+|(?<=^|\s)(?:then|do|else|if|while|until|!)(?=\s)/)
      .map((part) => commandWords(part.trim().split(/\s+/)))
      .filter(([first]) => first !== undefined && first !== '')
      .map((words) => ({ words, line })),
  );
}

/** Without what stands before the command itself: `sudo -E -u name`, `env`, `exec`, `cloud-init-per once name`, `A=b`. */
export function commandWords(words: readonly string[]): readonly string[] {
  const [first = ''] = words;
  if (/^\w+=/.test(first) || ['exec', 'nohup', 'time', '-'].includes(first))
    return commandWords(words.slice(1));
  if (first === 'env') return commandWords(behindOptions(words.slice(1), /^-[uC]$/));
  if (first === 'sudo') return commandWords(behindOptions(words.slice(1), SUDO_WITH_VALUE));
  if (first === 'cloud-init-per') return commandWords(words.slice(3));
  return words;
}

/** The same, and nothing where sudo puts the command into the background. */
export function waitedFor(words: readonly string[]): readonly string[] {
  const own = commandWords(words);
  const before = words.slice(0, words.length - own.length);
  const isSentAway =
    before.includes('sudo') && before.some((word) => /^(?:-[A-Za-z]*b|--background)$/.test(word));
  return isSentAway ? [] : own;
}

/** Options whose value is the next word. (sudo(8)) */
const SUDO_WITH_VALUE =
  /^(?:-[A-Za-z]*[ugpCrtTUDR]|--(?:user|group|prompt|close-from|role|type|chdir|chroot))$/;

/** Without leading options, and their values where those are words of their own. */
export function behindOptions(words: readonly string[], withValue: RegExp): readonly string[] {
  let at = 0;
  while (/^-./.test(words[at] ?? '')) {
    if (words[at] === '--') return words.slice(at + 1);
    at += withValue.test(words[at] ?? '') ? 2 : 1;
  }
  return words.slice(at);
}

/** The words of each simple command in a line of runcmd or bootcmd, and where it stands. */
export function invocations(command: Command): readonly SimpleCommand[] {
  if (command.script) return simpleCommands(command.script);
  return [{ words: commandWords(command.words ?? []), line: 0 }];
}

/** Where an invocation stands. */
export function spanOfLine(config: CloudConfig, command: Command, line: number): Span {
  return command.script?.spanOf(line) ?? spanAt(config.tree, command.path);
}

/** Lines of a shell's text in which all is underscores that is quoted, a comment or a here-document. */
export function bareLines(text: string): readonly string[] {
  const out: string[] = [];
  let quote: '' | "'" | '"' = '';
  let waiting: string[] = [];
  let ends: string[] = [];
  for (const line of text.split('\n')) {
    const [end] = ends;
    if (end !== undefined) {
      if (line.trim() === end) ends = ends.slice(1);
      out.push('_'.repeat(line.length));
      continue;
    }
    waiting = [];
    let bare = '';
    for (let i = 0; i < line.length; i++) {
      const character = line[i] ?? '';
      if (quote !== '') {
        if (character === '\\' && quote === '"') {
          bare += '__'.slice(0, line.length - i);
          i++;
          continue;
        }
        if (character === quote) quote = '';
        bare += '_';
      } else if (character === '\\') {
        bare += '__'.slice(0, line.length - i);
        i++;
      } else if (character === "'" || character === '"') {
        quote = character;
        bare += '_';
      } else if (character === '#' && (i === 0 || /[\s;]/.test(line[i - 1] ?? ''))) {
        bare += ' '.repeat(line.length - i);
        break;
      } else {
        const here =
          line.startsWith('<<', i) && line[i + 2] !== '<' && line[i - 1] !== '<'
            ? /^<<-?\s*(?:'([^']+)'|"([^"]+)"|\\?(\w+))/.exec(line.slice(i))
            : null;
        if (here) waiting.push(here[1] ?? here[2] ?? here[3] ?? '');
        bare += here ? ' '.repeat(here[0].length) : character;
        if (here) i += here[0].length - 1;
      }
    }
    ends = waiting;
    out.push(bare);
  }
  return out;
}
