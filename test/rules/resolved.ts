import { readFileSync } from 'node:fs';
import type { ResolvedProfile } from '../../src/profile/profile.ts';
import type { ProfileFile } from '../../src/profile/schema.ts';
import { readChain } from '../../src/resolve/chain.ts';
import type { FileProvider } from '../../src/resolve/files.ts';
import { resolve } from '../../src/resolve/resolve.ts';
import type { Rule, RuleOptions } from '../../src/validate/rules/rule.ts';

const PROFILES = new URL('../../profiles/', import.meta.url);
const ours = (name: string) => ({
  id: `bake:${name}.yaml`,
  path: `profiles/${name}.yaml`,
  text: readFileSync(new URL(`${name}.yaml`, PROFILES), 'utf8'),
});

/** A profile of a person, resolved by the real stages over our real profiles. `beside` are files in its folder. */
export function resolvedText(text: string, beside: Readonly<Record<string, string>> = {}): ResolvedProfile {
  const findBeside = (path: string) => {
    const found = beside[path];
    return found === undefined ? { reason: 'not there' } : { source: { id: path, path, text: found } };
  };
  const files: FileProvider = {
    profile: (reference) =>
      reference.startsWith('./') ? findBeside(reference.slice(2)) : { source: ours(reference) },
    text: findBeside,
    ownProfiles: [],
  };
  const chain = readChain({ id: 'mine.yaml', path: 'mine.yaml', text }, files);
  const outcome = chain.value ? resolve(chain.value, files) : chain;
  if (!chain.value || outcome.diagnostics.length > 0)
    throw new Error(
      `the test's own profile is wrong: ${JSON.stringify(outcome.diagnostics.map((d) => d.message))}`,
    );
  return resolve(chain.value, files).value as ResolvedProfile;
}

/** The same from an object; a Debian 13 worker with Kubernetes 1.35.8 unless it says otherwise. */
export const resolved = (profile: ProfileFile, beside?: Readonly<Record<string, string>>): ResolvedProfile =>
  resolvedText(JSON.stringify({ extends: 'worker', ...profile }), beside);

/** What a rule says, as `error B501 runtime.criDockerd`. */
export function said(
  rule: Rule,
  profile: ResolvedProfile,
  options: RuleOptions = { standIn: false },
): string[] {
  return rule(profile, options).map(({ severity, code, path }) => `${severity} ${code} ${path.join('.')}`);
}
