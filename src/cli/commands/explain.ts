import { CODES, type Code } from '../../diagnostics/codes.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { EXIT, Stop, type Io } from '../io.ts';

/** `bake explain CODE`; without a code, the list of all. */
export function explainCommand(code: string | undefined, options: { readonly json?: boolean }, io: Io): void {
  if (code === undefined) {
    if (options.json) io.out(`${JSON.stringify(CODES, null, 2)}\n`);
    else for (const [name, { title }] of Object.entries(CODES)) io.out(`${name}  ${title}\n`);
    return;
  }
  const known = code.toUpperCase();
  if (!isCode(known)) {
    const near = nearest(known, Object.keys(CODES));
    throw new Stop(
      EXIT.usage,
      `there is no code ${JSON.stringify(code)}; ${near === undefined ? '' : `did you mean ${near}? `}\`bake explain\` lists all`,
    );
  }
  const { title, explain } = CODES[known];
  io.out(
    options.json
      ? `${JSON.stringify({ code: known, title, explain })}\n`
      : `${io.palette.strong(`${known}: ${title}`)}\n\n${explain}\n`,
  );
}

const isCode = (name: string): name is Code => Object.hasOwn(CODES, name);
