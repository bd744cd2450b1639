import { MARK } from './guest-scripts.ts';

/** What one part of the checks printed. `exitCode` is missing if it never ended. */
export interface Section {
  readonly name: string;
  readonly text: string;
  readonly exitCode?: number;
}

/** How far a guest has come, by what it wrote to its result port. */
export interface GuestReport {
  /** cloud-init has read our seed. */
  readonly reached: boolean;
  readonly sections: readonly Section[];
  readonly done: boolean;
}

/** Reads the result port's text, at any moment; an unfinished last line does no harm. */
export function parseGuestReport(text: string): GuestReport {
  const sections: Section[] = [];
  let reached = false;
  let done = false;
  let open: { name: string; lines: string[] } | undefined;
  for (const line of text.split(/\r?\n/)) {
    const [mark, event, name, code] = line.split(' ');
    if (mark !== MARK) {
      open?.lines.push(line);
      continue;
    }
    if (event === 'reached') reached = true;
    if (event === 'done') done = true;
    if (event === 'begin' && name) open = { name, lines: [] };
    if (event === 'end' && open) {
      sections.push({ name: open.name, text: open.lines.join('\n'), exitCode: Number(code) });
      open = undefined;
    }
  }
  if (open) sections.push({ name: open.name, text: open.lines.join('\n') });
  return { reached, sections, done };
}
