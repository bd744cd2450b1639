import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './programs.ts';

/** A fenced block of a Markdown file. `info` is what stands behind the language. */
export interface Block {
  readonly where: string;
  readonly language: string;
  readonly info: string;
  readonly text: string;
}

export interface Document {
  /** Relative to the project. */
  readonly path: string;
  readonly text: string;
}

/** The pages that people write: those at the top, docs/, examples/, and the README of each folder of src. */
export function readDocuments(): Document[] {
  const below = (folder: string, recursive: boolean): string[] =>
    readdirSync(join(ROOT, folder), { recursive, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name));
  return [...below('', false), ...below('docs', true), ...below('examples', true), ...below('src', true)]
    .sort()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

export function blocksOf({ path, text }: Document): Block[] {
  return [...text.matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm)].map((match) => {
    const [, language = '', info = '', body = ''] = match;
    const line = text.slice(0, match.index).split('\n').length;
    return { where: `${path}:${line}`, language, info, text: body };
  });
}

/** A command as a page shows it, with the output that it shows; `…` in it stands for anything that was left out. */
export interface Shown {
  readonly where: string;
  readonly command: string;
  readonly exitCode: number;
  readonly output: string;
}

/** `console` blocks hold commands behind `$ ` and their output; `sh` blocks hold one command a line. */
export function commandsOf(document: Document): Shown[] {
  return blocksOf(document).flatMap(({ where, language, info, text }) => {
    const exitCode = Number(/^exit=(\d+)$/.exec(info)?.[1] ?? 0);
    if (language === 'sh')
      return text
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((command) => ({ where, command, exitCode, output: '' }));
    if (language !== 'console') return [];
    return text
      .split(/^\$ /m)
      .slice(1)
      .map((part) => {
        const [command = '', ...output] = part.split('\n');
        return { where, command, exitCode, output: output.join('\n').trim() };
      });
  });
}

/** Whether an output is what a page shows of it. */
export function isAsShown(output: string, shown: string): boolean {
  const pattern = shown
    .split('\n')
    .map((line) => {
      if (line.trim() === '…') return '(?:.*\\n)*?';
      return `${line.split('…').map(escapeRegExp).join('.*')}\\n`;
    })
    .join('');
  return new RegExp(`^${pattern}$`).test(`${output.trim()}\n`);
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
