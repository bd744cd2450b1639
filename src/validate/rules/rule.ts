import type { Code } from '../../diagnostics/codes.ts';
import type { Diagnostic, Path } from '../../diagnostics/diagnostic.ts';
import type { ResolvedProfile } from '../../profile/profile.ts';

export interface RuleOptions {
  /** Kubernetes packages and cri-dockerd are made on the spot, so where they could be had does not matter. */
  readonly standIn: boolean;
  /** Absent where no secrets file was given. */
  readonly secrets?: { readonly registries: Readonly<Record<string, unknown>> };
}

/** Says what is wrong with a whole profile. Pure; gives an empty list when nothing is. */
export type Rule = (resolved: ResolvedProfile, options: RuleOptions) => Diagnostic[];

type Extra = Partial<Pick<Diagnostic, 'severity' | 'hint' | 'related'>> & {
  /** Point at the key instead of its value. */
  readonly at?: 'key';
};

const WARNINGS: ReadonlySet<Code> = new Set(['B502', 'B503', 'B504', 'B505']);

/** A diagnostic at what the person wrote on `path`. B502 to B505 are warnings, all else errors, unless told otherwise. */
export function finding(
  resolved: ResolvedProfile,
  code: Code,
  path: Path,
  message: string,
  extra: Extra = {},
): Diagnostic {
  const { at, ...rest } = extra;
  return {
    code,
    severity: WARNINGS.has(code) ? 'warning' : 'error',
    message,
    path,
    span: resolved.spanOf(path, at ?? 'value'),
    ...rest,
  };
}

/**
 * Of the settings that together make a mistake, the one to point at: the first that the person wrote, since our own
 * profiles are not theirs to mend.
 */
export function usersOwn(resolved: ResolvedProfile, first: Path, ...others: readonly Path[]): Path {
  return [first, ...others].find((path) => isUsers(resolved, path)) ?? first;
}

/** Whether a person wrote this path, as opposed to one of our own profiles or a default. */
export function isUsers(resolved: ResolvedProfile, path: Path): boolean {
  return resolved.isWritten(path) && !resolved.spanOf(path).source.id.startsWith('bake:');
}
