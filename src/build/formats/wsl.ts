import { lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOM, type Format } from './format.ts';
import { GZIP, placeFile, ROOT_TREE } from './tar.ts';

/**
 * Of the Windows Subsystem for Linux: a root tree in a tar with gzip, which `wsl --install --from-file` and `wsl --import` take. With
 * systemd, as nothing in our machines starts without (Microsoft, "Build a custom Linux distribution for WSL" and "Advanced settings
 * configuration in WSL"). Files that the profile wrote under these names stay.
 */
export const wsl: Format = {
  fileName: (image) => `${image}.wsl`,
  from: 'tree',
  needs: [],
  room: ROOM.compressed,
  make: async ({ source, target, scratch, plan, run }) => {
    await mkdir(join(scratch, 'etc'));
    const ours: string[] = [];
    for (const [name, text] of Object.entries(settings(plan.image.name))) {
      if (await isThere(join(source, 'etc', name))) continue;
      await placeFile(join(scratch, 'etc', name), text, 0);
      ours.push(`./etc/${name}`);
    }
    await run('tar', [
      ...['--create', `--file=${target}`, GZIP, ...ROOT_TREE, `--directory=${source}`, '.'],
      ...(ours.length > 0 ? [`--directory=${scratch}`, ...ours] : []),
    ]);
  },
};

/** The name of an image is a host name: nothing in it means anything in such a file. */
const settings = (name: string): Readonly<Record<string, string>> => ({
  'wsl.conf': '[boot]\nsystemd=true\n',
  'wsl-distribution.conf': `[oobe]\ndefaultName=${name}\n\n[shortcut]\nenabled=false\n`,
});

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );
