import { shellQuote } from './shell.ts';

/**
 * The one way in which a value becomes a word of a kickstart command. Anaconda reads a line with Python's shlex, which takes quotes
 * as a POSIX shell does (pykickstart, parser.py). Throws for line breaks: nothing could carry them.
 */
export function kickstartWord(value: string): string {
  // Python ends lines at all of these (str.splitlines).
  if (/[\n\v\f\r\u001c-\u001e\u0085\u2028\u2029]/.test(value))
    throw new Error('a word of a kickstart has no line breaks');
  return shellQuote(value);
}
