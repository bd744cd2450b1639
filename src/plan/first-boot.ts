import type { ResolvedProfile } from '../profile/profile.ts';
import { inLayer, program, rootFile, type Draft } from './draft.ts';
import type { FirstBootPiece, Pieces } from './pieces.ts';

const draft = inLayer('profile');

/** What userdata/firstboot has for every machine, and where it goes. */
const PROGRAMS: readonly FirstBootPiece[] = ['firstboot', 'bake-status'];
const SOURCED: readonly FirstBootPiece[] = ['decide.sh', 'cluster.sh'];

const folderOf = (name: FirstBootPiece): string =>
  name.startsWith('bake-') ? '/usr/local/sbin' : '/usr/lib/bake';

/**
 * The programs that make the machine a part of a cluster. They are the same in every image, hold nothing of any cluster,
 * and do nothing on a machine whose user-data names none.
 */
export function planFirstBoot(_resolved: ResolvedProfile, { firstBoot }: Pieces): Draft[] {
  return [
    ...SOURCED.map((name) => draft(['role'], rootFile(`${folderOf(name)}/${name}`, firstBoot[name]))),
    ...PROGRAMS.map((name) => draft(['role'], program(`${folderOf(name)}/${name}`, firstBoot[name]))),
    draft(['role'], {
      kind: 'unit',
      input: { unit: 'bake-firstboot.service', content: firstBoot['bake-firstboot.service'] },
    }),
    draft(['role'], {
      kind: 'service',
      input: { unit: 'bake-firstboot.service', state: 'enabled', active: false },
    }),
  ];
}
