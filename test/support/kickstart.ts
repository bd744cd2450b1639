/** What commands of a kickstart and the lines that open sections may have (test/packer/published/kickstart). */
export interface KickstartLanguage {
  /** Options by command; those with = behind them take a value. */
  readonly commands: Readonly<Record<string, string>>;
  readonly sections: Readonly<Record<string, string>>;
  /** Commands that add something each time; others would take the place of the first. */
  readonly repeated: string;
}

/** The commands of a kickstart as words, and the lines of its sections. */
export interface Kickstart {
  readonly commands: readonly (readonly string[])[];
  readonly sections: readonly { readonly head: readonly string[]; readonly lines: readonly string[] }[];
  /** What is wrong with it, as sentences that begin with the number of a line. */
  readonly faults: readonly string[];
}

/** Reads a kickstart as Anaconda would, and holds it to what is published: names of commands, sections and options, never values. */
export function readKickstart(text: string, language: KickstartLanguage): Kickstart {
  const commands: string[][] = [];
  const sections: { head: string[]; lines: string[] }[] = [];
  const faults: string[] = [];
  const once = new Set<string>();
  let open: { head: string[]; lines: string[] } | undefined;
  text.split('\n').forEach((line, i) => {
    const fault = (what: string): number => faults.push(`${i + 1}: ${what}`);
    if (open) {
      if (line === '%end') open = undefined;
      else if (Object.hasOwn(language.sections, line.replace(/\s.*$/s, '')))
        fault(`${line} in ${open.head[0] ?? ''}`);
      else open.lines.push(line);
      return;
    }
    if (/^\s*(?:#|$)/.test(line)) return;
    const words = wordsOf(line);
    const [name = '', ...rest] = words ?? [];
    if (words === undefined) fault('a quote is not closed');
    else if (name.startsWith('%')) {
      open = { head: words, lines: [] };
      sections.push(open);
      faults.push(...strangers(name, rest, language.sections).map((what) => `${i + 1}: ${what}`));
    } else {
      commands.push(words);
      faults.push(...strangers(name, rest, language.commands).map((what) => `${i + 1}: ${what}`));
      if (once.has(name)) fault(`${name} a second time`);
      if (!language.repeated.split(' ').includes(name)) once.add(name);
    }
  });
  if (open) faults.push(`the end: ${(open as { head: string[] }).head[0] ?? ''} is not closed`);
  return { commands, sections, faults };
}

function strangers(
  name: string,
  words: readonly string[],
  list: Readonly<Record<string, string>>,
): readonly string[] {
  const known = list[name];
  if (known === undefined) return [`no ${name}`];
  // %addon has a syntax of its own for each add-on.
  if (name === '%addon') return [];
  const given = words.filter((word) => word.startsWith('--')).map((word) => word.replace(/=.*$/s, '='));
  return [
    ...given
      .filter((option) => !known.split(' ').includes(option))
      .map((option) => `${name} has no ${option}`),
    ...given.filter((option, i) => given.indexOf(option) < i).map((option) => `${name} has ${option} twice`),
  ];
}

/**
 * As Python's shlex reads a line with comments (shlex.split, posix), which is what pykickstart does: a # begins one within a word, too.
 * `undefined` for a quote that stays open.
 */
export function wordsOf(line: string): string[] | undefined {
  const words: string[] = [];
  let rest = line;
  for (;;) {
    rest = rest.replace(/^[ \t\r\n]+/, '');
    if (rest === '' || rest.startsWith('#')) return words;
    const [word = ''] = /^(?:[^\s'"\\#]|\\[^]|'[^']*'|"(?:[^"\\]|\\[^])*")+/.exec(rest) ?? [];
    if (word === '') return undefined;
    rest = rest.slice(word.length);
    if (!/^(?:[ \t\r\n#]|$)/.test(rest)) return undefined;
    words.push(
      word.replace(
        /\\([^])|'([^']*)'|"((?:[^"\\]|\\[^])*)"/g,
        (_, escaped?: string, single?: string, double?: string) =>
          escaped ?? single ?? (double ?? '').replace(/\\(["\\])/g, '$1'),
      ),
    );
  }
}
