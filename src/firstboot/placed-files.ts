import type { SecretText } from '../secrets/secret-text.ts';
import type { MachineFile, PutInput } from './machine.ts';

/** A file with a place of its own on the machine, where first boot installs it. */
export interface PlacedFile {
  readonly path: string;
  /** Octal, four digits. */
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  readonly text: SecretText;
  /** Running units that read it, restarted when it changes. A unit that the machine does not have is passed over. */
  readonly units?: readonly string[];
}

/**
 * Files on their way to their places: `files/NN-name` and, in that order, a line of `files/list` for each, `MODE OWNER GROUP
 * NAME PATH [UNIT...]`. User-data can't write them there itself: it comes before the packages that bring their folders
 * and owners.
 */
export function placedFiles(files: readonly PlacedFile[], put: PutInput): MachineFile[] {
  if (files.length === 0) return [];
  const named = files.map((file, i) => ({
    ...file,
    name: `${String(i + 1).padStart(2, '0')}-${lastOf(file.path)}`,
  }));
  const lines = named.map(({ mode, owner, group, name, path, units = [] }) =>
    [mode, owner, group, name, escaped(path), ...units].join(' '),
  );
  return [
    ...named.map(({ name, text }) => put(`files/${name}`, text)),
    put('files/list', `${lines.join('\n')}\n`),
  ];
}

/** The name in our folder only helps a reader. */
const lastOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/[^\w.+-]/g, '_');

/** For bash's `read`, which takes a backslash for the start of a character that is meant as it stands. */
const escaped = (path: string): string => path.replace(/[\s\\]/g, '\\$&');
