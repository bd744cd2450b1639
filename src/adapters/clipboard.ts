import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Run } from './process.ts';

type Env = Readonly<Record<string, string | undefined>>;

interface Clipboard {
  readonly program: string;
  /** A line for sh; the text comes by standard input. */
  readonly command: string;
  /** Whether there is anything to copy to; a program may be installed where no desktop runs. */
  readonly isThere: (env: Env) => boolean;
}

/** The first that is there is used. clip.exe wants UTF-16, the others take what they are given. */
const CLIPBOARDS: readonly Clipboard[] = [
  { program: 'wl-copy', command: 'wl-copy', isThere: (env) => Boolean(env['WAYLAND_DISPLAY']) },
  { program: 'xclip', command: 'xclip -selection clipboard', isThere: (env) => Boolean(env['DISPLAY']) },
  { program: 'xsel', command: 'xsel --clipboard --input', isThere: (env) => Boolean(env['DISPLAY']) },
  { program: 'pbcopy', command: 'pbcopy', isThere: () => true },
  { program: 'clip.exe', command: 'iconv -f UTF-8 -t UTF-16LE | clip.exe', isThere: () => true },
];

/** Programs that {@link copyText} knows, for messages. */
export const CLIPBOARD_PROGRAMS: readonly string[] = CLIPBOARDS.map(({ program }) => program);

/**
 * Puts a text on the clipboard; gives the program that did it, `undefined` where none can. Rejects with ToolFailure when it fails.
 * Some stay behind to serve the clipboard: they must hold no pipe of ours open.
 */
export async function copyText(text: string, env: Env, run: Run): Promise<string | undefined> {
  const found = CLIPBOARDS.find(
    ({ program, isThere }) => isThere(env) && isInPath(program, env['PATH'] ?? ''),
  );
  if (!found) return undefined;
  const given = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  await run('sh', ['-c', `{ ${found.command}; } >/dev/null 2>&1`], { input: text, env: given });
  return found.program;
}

function isInPath(program: string, path: string): boolean {
  return path.split(delimiter).some((folder) => {
    if (folder === '') return false;
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
