import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from './output.ts';
import type { Run } from './process.ts';

/**
 * Makes an ISO 9660 image of a folder, which cloud-init finds by its label: NoCloud's unless told otherwise. The same files give the
 * same bytes.
 * Rejects with ToolFailure when xorriso fails.
 */
export async function makeSeedIso(folder: string, iso: string, run: Run, label = 'CIDATA'): Promise<void> {
  const form = ['-quiet', '-output', iso, '-volid', label, '-joliet', '-rock'];
  await run('xorriso', [
    '-as',
    'genisoimage',
    ...form,
    '--set_all_file_dates',
    DATE,
    `--modification-date=${DATE}`,
    folder,
  ]);
}

/** Any will do, as long as it is always the same; ISO 9660 knows no years before 1900. */
const DATE = '2000010100000000';

/** Writes such an image of a few texts by their paths, for its owner only, whole or not at all. One that is there already stays. */
export async function writeSeedIso(
  files: Readonly<Record<string, string>>,
  iso: string,
  run: Run,
  label = 'CIDATA',
): Promise<void> {
  makeFolder(dirname(iso));
  const work = await mkdtemp(join(dirname(iso), '.bake-seed-'));
  try {
    const root = join(work, 'seed');
    await mkdir(root);
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), text, { mode: 0o600 });
    }
    const fresh = join(work, 'seed.iso');
    await writeFile(fresh, '', { mode: 0o600 });
    await makeSeedIso(root, fresh, run, label);
    if (await holdTheSame(fresh, iso)) await chmod(iso, 0o600);
    else await rename(fresh, iso);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function holdTheSame(fresh: string, old: string): Promise<boolean> {
  try {
    return (await readFile(fresh)).equals(await readFile(old));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
