import { relative } from 'node:path';
import { ToolFailure } from '../adapters/process.ts';
import { ChecksFailed } from '../build/bake-image.ts';
import { DiskError } from '../build/disk/tools.ts';
import {
  FolderUnreadable,
  FolderUnwritable,
  Interrupted,
  NoSpace,
  OutputBusy,
  StepFailed,
} from '../build/local/failures.ts';
import { PackerFailed } from '../build/packer/failures.ts';
import { formatOrigin } from '../source/source.ts';
import { NoFirmware } from '../verify/boot/firmware.ts';
import { UnreadableFileSystem } from '../verify/image/ext4.ts';
import { UnreadableImage } from '../verify/image/open.ts';
import { EXIT, type Io } from './io.ts';

const TAIL = 20;

/** How a failure that is not our bug reads, and the exit code it ends in; `undefined` for what is not known. */
export function describeFailure(
  error: unknown,
  { cwd, palette, signal }: Io,
): { readonly text: string; readonly exitCode: number } | undefined {
  const say = (exitCode: number, message: string, output: readonly string[] = []) => ({
    exitCode,
    text: `${palette.error('error')}: ${message}\n${output
      .slice(-TAIL)
      .map((line) => palette.faint(`  | ${line}\n`))
      .join('')}`,
  });
  if (error instanceof PackerFailed) {
    const { stage, output, log, message } = error;
    const place = stage?.origin ? `${formatOrigin(stage.origin)}: ` : '';
    const what = stage ? `${place}Packer’s build ${stage.builder} failed at “${stage.title}”: ` : '';
    return say(EXIT.tool, `${what}${message}; all that Packer said is in ${relative(cwd, log)}`, output);
  }
  if (error instanceof Interrupted || signal.aborted)
    return {
      exitCode: EXIT.tool,
      text: `bake: interrupted; nothing is left half done${error instanceof Interrupted ? ', and the next run goes on from the last finished layer' : ''}\n`,
    };
  if (error instanceof StepFailed) {
    const [cause] = error.output.filter((line) => line.startsWith('bake: error: ')).slice(-1);
    const reason = cause === undefined ? `exit code ${error.exitCode}` : cause.slice('bake: error: '.length);
    return say(
      EXIT.tool,
      `${formatOrigin(error.origin)}: the step “${error.title}” failed: ${reason}`,
      error.output,
    );
  }
  if (error instanceof ChecksFailed) {
    const failed = error.results.filter(({ status }) => status === 'fail');
    return say(
      EXIT.tool,
      `${error.message}, so it was not kept`,
      failed.map(({ title, detail }) => `${title}${detail === undefined ? '' : `: ${detail}`}`),
    );
  }
  if (error instanceof NoSpace)
    return say(
      EXIT.tool,
      `${error.message}; free some, prune with \`bake cache prune\`, or choose another place (--out, XDG_CACHE_HOME)`,
    );
  if (error instanceof FolderUnreadable)
    return say(EXIT.tool, `${error.message}; choose another place with XDG_CACHE_HOME`);
  if (error instanceof OutputBusy || error instanceof FolderUnwritable || error instanceof NoFirmware)
    return say(EXIT.tool, error.message);
  if (error instanceof DiskError || error instanceof UnreadableImage || error instanceof UnreadableFileSystem)
    return say(EXIT.input, error.message);
  if (error instanceof ToolFailure) return say(EXIT.tool, error.message, error.output.split('\n'));
  return undefined;
}
