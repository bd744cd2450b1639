import { fileProvider, openProfile, ownProfiles, readPieces } from '../adapters/files.ts';
import { compile, type Compiled } from '../compile.ts';
import { hasErrors, MAX_DIAGNOSTICS, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { renderText, toJson } from '../diagnostics/render.ts';
import { quote } from '../diagnostics/printable.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { Found } from '../resolve/files.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { EXIT, Stop, type Io } from './io.ts';
import { takeSecrets } from './secrets-file.ts';
import type { ImageFormat } from '../catalog/image-formats.ts';
import type { TargetName } from '../catalog/targets/index.ts';

export interface ProfileOptions {
  readonly profile: string;
  readonly standIn?: boolean;
  /** Path of the secrets file. */
  readonly secrets?: string;
  /** Path of the age identity that opens an encrypted secrets file. */
  readonly identity?: string;
  readonly strict?: boolean;
  /** Image formats in place of those of the profile. */
  readonly formats?: readonly ImageFormat[];
  /** Platforms in place of those of the profile. */
  readonly targets?: readonly TargetName[];
  /** No user-data is written, so nobody misses credentials in it. */
  readonly planOnly?: boolean;
}

/** What compiling a profile gave; `compiled` is absent when there are errors. */
export interface ProfileResult {
  readonly compiled?: Compiled;
  readonly diagnostics: readonly Diagnostic[];
  readonly secrets?: Secrets;
}

/** Compiles the profile that a person named. */
export async function compileProfile(options: ProfileOptions, io: Io): Promise<ProfileResult> {
  const opened = openProfile(options.profile, io.cwd);
  if ('reason' in opened) return { diagnostics: [notOpened(options.profile, opened)] };
  const secrets =
    options.secrets === undefined ? undefined : await takeSecrets(options.secrets, options.identity, io);
  if (secrets && !secrets.value) return { diagnostics: secrets.diagnostics };
  const outcome = compile(opened.source, fileProvider(io.cwd), readPieces(), {
    standIn: options.standIn ?? false,
    ...(options.formats ? { formats: options.formats } : {}),
    ...(options.targets ? { targets: options.targets } : {}),
    ...(secrets?.value ? { secrets: secrets.value } : {}),
  });
  const said = outcome.diagnostics.filter(({ code }) => !(options.planOnly && code === 'B411'));
  const diagnostics = options.strict ? said.map((d): Diagnostic => ({ ...d, severity: 'error' })) : said;
  return hasErrors(diagnostics) || !outcome.value
    ? { diagnostics }
    : { compiled: outcome.value, diagnostics, ...(secrets?.value ? { secrets: secrets.value } : {}) };
}

/** What to say of a profile that can’t be opened; `place` is where a file names it, absent for one of the command line. */
export function notOpened(
  profile: string,
  { reason, isMissing }: Extract<Found, { reason: string }>,
  place: Pick<Diagnostic, 'path' | 'span'> = { path: [] },
): Diagnostic {
  const names = ownProfiles();
  const hint =
    didYouMean(profile, names) ?? `ours are ${names.join(', ')}; a file of yours is written ./name.yaml`;
  return {
    code: 'B105',
    severity: 'error',
    message: `can’t open profile ${quote(profile)}: ${reason}`,
    ...place,
    ...(isMissing ? { hint } : {}),
  };
}

/** Prints diagnostics for people, and one line that sums them up. */
export function printDiagnostics(diagnostics: readonly Diagnostic[], io: Io): void {
  for (const diagnostic of diagnostics) io.err(`${renderText(diagnostic, io.palette)}\n`);
  const count = (severity: Diagnostic['severity']): number =>
    diagnostics.filter((d) => d.severity === severity).length;
  const parts = [
    [count('error'), 'error'],
    [count('warning'), 'warning'],
  ] as const;
  const sum = parts.filter(([n]) => n > 0).map(([n, word]) => `${n} ${word}${n === 1 ? '' : 's'}`);
  const [first] = diagnostics;
  const more = diagnostics.length >= MAX_DIAGNOSTICS ? ' (more are not shown)' : '';
  if (first) io.err(`${sum.join(', ')}${more}; \`bake explain ${first.code}\` says more\n`);
}

/**
 * Compiles, prints what there is to say, and stops with exit code 1 on errors; with `json` these go to standard output, as
 * JSON: `{"ok":false,"diagnostics":[...]}`.
 */
export async function compileOrStop(
  { json, ...options }: ProfileOptions & { readonly json?: boolean },
  io: Io,
): Promise<Compiled> {
  const { compiled, diagnostics } = await compileProfile(options, io);
  if (compiled || !json) printDiagnostics(diagnostics, io);
  else io.out(`${JSON.stringify({ ok: false, diagnostics: diagnostics.map(toJson) }, null, 2)}\n`);
  if (!compiled) throw new Stop(EXIT.input, '');
  return compiled;
}
