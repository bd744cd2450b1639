import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BALANCER_PIECE_FILES, type BalancerPieces } from '../balancer/file.ts';
import { PACKER_PIECE_FILES, type PackerPieces } from '../packer/pieces.ts';
import { PIECE_FILES, type Pieces } from '../plan/pieces.ts';
import type { FileProvider, Found } from '../resolve/files.ts';
import { isEncrypted } from '../secrets/is-encrypted.ts';
import type { Source } from '../source/source.ts';

/** The package's own folder: it holds profiles/, userdata/ and packer/, beside src/ or dist/. */
export const PACKAGE_ROOT = fileURLToPath(new URL('../../', import.meta.url));

const PROFILES = join(PACKAGE_ROOT, 'profiles');
const MIB = 1024 * 1024;
/** For profiles a guard of memory only: what is too much of a profile is for src/load to say, with its code. */
const MAX_MIB = { profile: 64, text: 1 } as const;
const OWN = 'bake:';

/** Names of the profiles that come with bake. */
export function ownProfiles(): string[] {
  return readdirSync(PROFILES)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort();
}

/** Whether a `--profile` or `extends` means a file rather than one of our names. */
const isPath = (reference: string): boolean => /[/\\]/.test(reference) || /\.ya?ml$/.test(reference);

/** Opens the profile that a person named on the command line. Paths are shown as typed. */
export function openProfile(reference: string, cwd: string): Found {
  if (!isPath(reference)) return ownProfile(reference);
  const file = resolve(cwd, reference);
  return read(file, reference, basename(file), 'profile');
}

/** Opens the cluster file that a person named on the command line. The path is shown as typed. */
export function openCluster(path: string, cwd: string): Found {
  const file = resolve(cwd, path);
  return read(file, path, basename(file), 'profile');
}

/** Opens the secrets file, which nobody but its owner may be able to read, unless it is encrypted. */
export function openSecrets(path: string, cwd: string): Found {
  const file = resolve(cwd, path);
  const found = read(file, path, basename(file), 'text');
  return 'source' in found && isEncrypted(found.source.text) ? found : openPrivate(path, cwd);
}

/** Opens a file that nobody but its owner may be able to read. */
export function openPrivate(path: string, cwd: string): Found {
  const file = resolve(cwd, path);
  const found = read(file, path, basename(file), 'text');
  if ('reason' in found) return found;
  const mode = statSync(file).mode & 0o777;
  if ((mode & 0o077) === 0) return found;
  return { reason: `others can read it (mode 0${mode.toString(8)}); chmod 600 ${path}` };
}

/** Opens any file that a person named on the command line. */
export function openFile(path: string, cwd: string): Found {
  const file = resolve(cwd, path);
  return read(file, path, basename(file), 'text');
}

/** The bytes of any file that a person named on the command line; at most 64 MiB. */
export function openBytes(
  path: string,
  cwd: string,
): { readonly bytes: Uint8Array } | Extract<Found, { reason: string }> {
  return withReason(() => {
    const file = resolve(cwd, path);
    return refusalOf(file, 'profile') ?? { bytes: readFileSync(file) };
  });
}

/** The real {@link FileProvider}: ours by name, others relative to the file that names them. */
export function fileProvider(cwd: string): FileProvider {
  const locate = (source: Source): string =>
    source.id.startsWith(OWN) ? join(PROFILES, source.id.slice(OWN.length)) : resolve(cwd, source.path);
  return {
    ownProfiles: ownProfiles(),
    profile: (reference, from) => {
      if (!isPath(reference)) return ownProfile(reference);
      const file = resolve(dirname(locate(from)), reference);
      // Named from the entry's folder, so that a plan does not depend on where the person stands.
      const id = isAbsolute(reference) ? reference : join(dirname(from.id), reference);
      return read(file, shown(file, cwd), id, 'profile');
    },
    text: (path, from) => {
      const folder = dirname(locate(from));
      const file = resolve(folder, path);
      if (!inside(folder, file)) return { reason: 'it lies outside the folder of the file that names it' };
      return read(file, shown(file, cwd), join(dirname(from.id), path), 'text');
    },
  };
}

function ownProfile(name: string): Found {
  if (!ownProfiles().includes(name)) return { reason: 'there is no profile of that name', isMissing: true };
  const file = join(PROFILES, `${name}.yaml`);
  return read(file, `${OWN}${name}.yaml`, `${OWN}${name}.yaml`, 'profile');
}

function read(file: string, path: string, id: string, what: keyof typeof MAX_MIB): Found {
  return withReason(() => {
    const refusal = refusalOf(file, what);
    if (refusal) return refusal;
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
    return { source: { id: id.split(sep).join('/'), path, text } };
  });
}

function refusalOf(file: string, what: keyof typeof MAX_MIB): { readonly reason: string } | undefined {
  const info = statSync(file);
  if (info.isDirectory()) return { reason: 'it is a folder' };
  if (!info.isFile()) return { reason: 'it is no regular file' };
  if (info.size > MAX_MIB[what] * MIB) return { reason: `it is larger than ${MAX_MIB[what]} MiB` };
  return undefined;
}

function withReason<T>(open: () => T): T | Extract<Found, { reason: string }> {
  try {
    return open();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      return { reason: 'there is no such file', isMissing: true };
    return { reason: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return 'it is not UTF-8 text';
    case 'EACCES':
      return 'it may not be read';
    case 'ENOTDIR':
      return 'a part of its path is no folder';
    case 'ELOOP':
      return 'its links go in a circle';
    case 'ENAMETOOLONG':
      return 'its name is too long';
    case 'ERR_INVALID_ARG_VALUE':
      return 'its name can’t be a file name';
    default:
      throw error;
  }
}

/** Links are followed first: a link out of the folder is outside. */
function inside(folder: string, file: string): boolean {
  const real = (path: string): string => {
    try {
      return realpathSync(path);
    } catch {
      return path;
    }
  };
  const way = relative(real(folder), real(file));
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function shown(file: string, cwd: string): string {
  const way = relative(cwd, file);
  return way === '..' || way.startsWith(`..${sep}`) ? file : way;
}

/** Reads the free-text pieces of userdata/. */
export function readPieces(): Pieces {
  const piece = (name: string): string => readFileSync(join(PACKAGE_ROOT, 'userdata', name), 'utf8');
  const { firstBoot, standIn, packageHelpers, ...rest } = PIECE_FILES;
  const texts = (names: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(names).map(([key, name]) => [key, piece(name)]));
  return {
    ...texts(rest),
    packageHelpers: texts(packageHelpers),
    firstBoot: texts(firstBoot),
    standIn: texts(standIn),
  } as unknown as Pieces;
}

/** The texts of userdata/balancer. */
export function readBalancerPieces(): BalancerPieces {
  const texts = Object.entries(BALANCER_PIECE_FILES).map(([key, name]) => [
    key,
    readFileSync(join(PACKAGE_ROOT, 'userdata', name), 'utf8'),
  ]);
  return Object.fromEntries(texts) as BalancerPieces;
}

/** The texts of packer/. */
export function readPackerPieces(): PackerPieces {
  const texts = Object.entries(PACKER_PIECE_FILES).map(([key, name]) => [
    key,
    readFileSync(join(PACKAGE_ROOT, 'packer', name), 'utf8'),
  ]);
  return Object.fromEntries(texts) as PackerPieces;
}

/** cloud-init's JSON Schema of a release (userdata/cloud-init/README.md). */
export function readCloudInitSchema(release: string): unknown {
  const file = join(PACKAGE_ROOT, 'userdata', 'cloud-init', `schema-${release}.json`);
  return JSON.parse(readFileSync(file, 'utf8'));
}
