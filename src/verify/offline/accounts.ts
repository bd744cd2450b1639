import { type ImageReader, readText } from '../image/reader.ts';

/** One line of /etc/passwd. */
export interface User {
  readonly name: string;
  readonly password: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** One line of /etc/group. */
export interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/** The image's users; empty without /etc/passwd. */
export async function readUsers(reader: ImageReader): Promise<readonly User[]> {
  return (await records(reader, '/etc/passwd')).map(
    ([name = '', password = '', uid = '', gid = '', , home = '', shell = '']) => ({
      name,
      password,
      uid: Number(uid),
      gid: Number(gid),
      home,
      shell,
    }),
  );
}

/** The image's groups; empty without /etc/group. */
export async function readGroups(reader: ImageReader): Promise<readonly Group[]> {
  return (await records(reader, '/etc/group')).map(([name = '', , gid = '', members = '']) => ({
    name,
    gid: Number(gid),
    members: members.split(',').filter(Boolean),
  }));
}

/** Names and password fields of a shadow file. */
export async function readShadow(
  reader: ImageReader,
  path: string,
): Promise<readonly { readonly name: string; readonly password: string }[]> {
  return (await records(reader, path)).map(([name = '', password = '']) => ({ name, password }));
}

async function records(reader: ImageReader, path: string): Promise<readonly (readonly string[])[]> {
  const text = (await readText(reader, path)) ?? '';
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(':'));
}
