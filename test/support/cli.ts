import { runCli } from '../../src/cli/run.ts';
import { plain } from '../../src/diagnostics/render.ts';

export interface CliResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in this process, in a given folder, with streams of its own. */
export async function bake(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  let out = '';
  let err = '';
  const code = await runCli(args, {
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd, XDG_CACHE_HOME: `${cwd}/.cache`, ...env },
    isTerminal: false,
    palette: plain,
    out: (text) => (out += text),
    err: (text) => (err += text),
  });
  return { code, out, err };
}
