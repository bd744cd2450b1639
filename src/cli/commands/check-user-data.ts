import { openBytes, readCloudInitSchema } from '../../adapters/files.ts';
import { hasErrors, type Diagnostic } from '../../diagnostics/diagnostic.ts';
import { quote } from '../../diagnostics/printable.ts';
import { toJson } from '../../diagnostics/render.ts';
import { formatSize } from '../../units/size.ts';
import { userDataChecker, type Checked } from '../../user-data-check/check.ts';
import { platformOf } from '../../user-data-check/platform.ts';
import { VERSION } from '../../user-data-check/schema/versions.ts';
import { printDiagnostics } from '../compile-profile.ts';
import { EXIT, Stop, type Io } from '../io.ts';
import { targetOrStop } from '../target.ts';

export interface CheckUserDataOptions {
  /** The file to judge. */
  readonly check: string;
  /** One of the targets. */
  readonly target?: string;
  readonly cloudInit?: string;
  readonly strict?: boolean;
  readonly json?: boolean;
}

/** `bake userdata --check FILE`: what is wrong with user-data of any origin; exits with 1 where something is. */
export function checkUserDataCommand(options: CheckUserDataOptions, io: Io): void {
  if (options.target !== undefined) targetOrStop(options.target);
  const platform = options.target === undefined ? undefined : platformOf(options.target);
  const version = options.cloudInit;
  if (version !== undefined && !VERSION.test(version))
    throw new Stop(
      EXIT.usage,
      `${quote(version)} is no version of cloud-init; they look like 25.1 or 22.4.2`,
    );
  const opened = openBytes(options.check, io.cwd);
  const checked =
    'reason' in opened
      ? notOpened(options.check, opened.reason)
      : userDataChecker(readCloudInitSchema)(opened.bytes, options.check, {
          ...(platform ? { platform } : {}),
          ...(version === undefined ? {} : { version }),
        });
  const diagnostics = options.strict
    ? checked.diagnostics.map((one): Diagnostic => ({ ...one, severity: 'error' }))
    : checked.diagnostics;
  const ok = !hasErrors(diagnostics);
  if (options.json) {
    const { parts, size } = checked;
    io.out(`${JSON.stringify({ ok, size, parts, diagnostics: diagnostics.map(toJson) }, null, 2)}\n`);
  } else {
    printDiagnostics(diagnostics, io);
    if (diagnostics.length === 0) io.out(`${options.check}: ${summary(checked)}; nothing to say\n`);
  }
  if (!ok) throw new Stop(EXIT.input, '');
}

function notOpened(path: string, reason: string): Checked {
  const message = `can’t open ${quote(path)}: ${reason}`;
  return { diagnostics: [{ code: 'B105', severity: 'error', message, path: [] }], parts: [], size: 0 };
}

function summary({ parts, size }: Checked): string {
  const kinds = parts.map(({ type }) => type.replace(/^text\/(?:x-)?/, ''));
  return `${kinds.join(', ')}, ${formatSize(size)}`;
}
