/**
 * A line of Packer's machine-readable output (developer.hashicorp.com/packer/docs/commands, "Machine-Readable Output"):
 * `timestamp,target,type,data...`, where data has no comma and no newline of its own.
 */
export interface PackerLine {
  /** The build it is about: `qemu.golden`; empty for what is about none. */
  readonly target: string;
  readonly type: string;
  readonly data: readonly string[];
}

/** `undefined` for anything else that Packer prints. */
export function readLine(line: string): PackerLine | undefined {
  const [time = '', target, type, ...data] = line.split(',');
  if (target === undefined || type === undefined || !/^\d+$/.test(time)) return undefined;
  return { target, type, data: data.map(unescaped) };
}

const unescaped = (text: string): string =>
  text.replaceAll('%!(PACKER_COMMA)', ',').replaceAll('\\n', '\n').replaceAll('\\r', '\r');

/** What Packer would have shown to a person: lines, and in each the build that speaks, where it is one of `names`. */
export function shownLines(
  { type, data }: PackerLine,
  names: readonly string[],
): readonly { readonly name?: string; readonly text: string; readonly shown: string }[] {
  const [kind, ...words] = data;
  if (type !== 'ui' || kind === undefined) return [];
  return words
    .join(',')
    .split('\n')
    .map((shown) => {
      const [, name = '', text = ''] = SPEAKER.exec(shown) ?? [];
      return names.includes(name) ? { name, text, shown } : { text: shown, shown };
    });
}

/** Packer's own words begin with an arrow, those of a program in the machine with as many blanks. */
const SPEAKER = /^(?:==>|-->| {3}) (\S+): ?(.*)$/s;
