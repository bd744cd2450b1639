import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../src/adapters/process.ts';

/** A root tree at one moment: every file with type, mode, owner and content, and every package with its version. */
export interface Snapshot {
  readonly files: ReadonlyMap<string, string>;
  readonly packages: readonly string[];
}

/** Where a running system keeps what no image holds. */
const PASSING = ['proc', 'sys', 'dev', 'run', 'tmp'];

export async function snapshot(tree: string): Promise<Snapshot> {
  const prune = PASSING.flatMap((name, i) => [...(i === 0 ? [] : ['-o']), '-path', `./${name}`]);
  const listing = await run(
    'find',
    ['.', '-xdev', '(', ...prune, ')', '-prune', '-o', '-printf', '%P\\t%y %m %U:%G %l\\n'],
    { cwd: tree },
  );
  const sums = await run(
    'bash',
    ['-c', `find . -xdev \\( ${prune.join(' ')} \\) -prune -o -type f -print0 | xargs -0 sha256sum`],
    { cwd: tree },
  );
  const content = new Map(
    sums.stdout.split('\n').map((line) => [line.slice(66).replace(/^\.\//, ''), line.slice(0, 64)]),
  );
  const files = new Map(
    listing.stdout
      .split('\n')
      .filter((line) => line.includes('\t'))
      .map((line) => {
        const [path = '', facts = ''] = line.split('\t');
        return [path, `${facts} ${content.get(path) ?? ''}`.trim()];
      }),
  );
  const query = await run('dpkg-query', [
    `--admindir=${tree}/var/lib/dpkg`,
    '--show',
    '--showformat=${db:Status-Abbrev} ${Package} ${Version}\\n',
  ]);
  // apt keeps a list without an order: compared as a set.
  const marks = 'var/lib/apt/extended_states';
  if (files.has(marks)) {
    const stanzas = readFileSync(join(tree, marks), 'utf8').trim().split('\n\n').sort();
    files.set(marks, stanzas.map((stanza) => stanza.replaceAll('\n', ' ')).join('; '));
  }
  return { files, packages: query.stdout.split('\n').filter(Boolean) };
}

/** What differs, a line each; empty when nothing does. */
export function compareSnapshots(before: Snapshot, after: Snapshot, ignored: readonly RegExp[]): string[] {
  const paths = [...new Set([...before.files.keys(), ...after.files.keys()])].sort();
  const files = paths
    .filter((path) => !ignored.some((pattern) => pattern.test(path)))
    .flatMap((path) => {
      const [old, now] = [before.files.get(path), after.files.get(path)];
      return old === now ? [] : [`${path}: ${old ?? 'absent'} -> ${now ?? 'absent'}`];
    });
  const [was, is] = [new Set(before.packages), new Set(after.packages)];
  return [
    ...files,
    ...[...was].filter((line) => !is.has(line)).map((line) => `package gone: ${line}`),
    ...[...is].filter((line) => !was.has(line)).map((line) => `package new: ${line}`),
  ];
}
