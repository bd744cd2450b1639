import { gzipped } from '../text/gzip.ts';
import { shellQuote } from '../text/shell.ts';
import type { Form } from './form.ts';
import { commandWord } from './words.ts';

/**
 * One line for any POSIX shell. The user-data goes through standard input, so that no list of processes shows it, and travels gzipped:
 * what the platform gets is the payload.
 */
export const cli: Form = {
  title: 'a line of shell that makes the machine',
  payloads: ['plain', 'mime+gzip', 'gzip'],
  carries: 'file',
  bringsIdentity: false,
  write: ({ target, identity, payload }) => {
    if (!target.cli) throw new Error(`no command is known for ${target.title}`);
    const isPacked = payload.kind === 'gzip';
    const carried = Buffer.from(isPacked ? payload.bytes : gzipped(payload.bytes)).toString('base64');
    const command = target.cli.words.map((word) => commandWord(word, identity)).join(' ');
    return `printf %s ${shellQuote(carried)} | base64 -d |${isPacked ? '' : ' gunzip |'} ${command}\n`;
  },
};
