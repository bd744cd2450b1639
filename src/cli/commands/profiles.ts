import { fileProvider, openProfile, ownProfiles, readPieces } from '../../adapters/files.ts';
import { compile } from '../../compile.ts';
import type { Io } from '../io.ts';

/** `bake profiles`: the profiles that come with bake. */
export function profilesCommand(options: { readonly json?: boolean }, io: Io): void {
  const pieces = readPieces();
  const files = fileProvider(io.cwd);
  const list = ownProfiles().map((name) => {
    const opened = openProfile(name, io.cwd);
    const plan =
      'source' in opened ? compile(opened.source, files, pieces, { standIn: false }).value?.plan : undefined;
    return { name, ...(plan ? { role: plan.role, os: plan.os, versions: plan.versions } : {}) };
  });
  if (options.json) {
    io.out(`${JSON.stringify(list, null, 2)}\n`);
    return;
  }
  for (const profile of list) {
    io.out(`${profile.name.padEnd(12)}${describe(profile)}\n`);
  }
}

function describe({
  role,
  os,
  versions = {},
}: {
  readonly role?: string;
  readonly os?: string;
  readonly versions?: Readonly<Record<string, string>>;
}): string {
  if (role === undefined) return 'for other profiles to extend';
  return [
    role,
    os,
    ...Object.entries(versions).map(([name, value]) => (name === 'runtime' ? value : `${name} ${value}`)),
  ].join(', ');
}
