import { inLayer, program, rootFile, type Draft } from './draft.ts';
import type { FirstBootPiece, Pieces } from './pieces.ts';

const draft = inLayer('profile');

/** What userdata/firstboot has for every machine, and where it goes. */
const PROGRAMS: readonly FirstBootPiece[] = [
  'firstboot',
  'keep-cloud-init',
  'bake-status',
  'bake-reset',
  'bake-upkeep',
];
const SOURCED: readonly FirstBootPiece[] = ['decide.sh', 'cluster.sh', 'files.sh', 'kubeadm.sh'];
/** First boot itself starts the others, on masters (userdata/firstboot/firstboot, settle_as_master). */
const UNITS: readonly { readonly unit: FirstBootPiece; readonly enabled: boolean }[] = [
  { unit: 'bake-firstboot.service', enabled: true },
  { unit: 'bake-cloud-memory.service', enabled: true },
  { unit: 'bake-keep-cloud-init.service', enabled: true },
  { unit: 'bake-upkeep.service', enabled: false },
  { unit: 'bake-upkeep.timer', enabled: false },
];

const folderOf = (name: FirstBootPiece): string =>
  name.startsWith('bake-') ? '/usr/local/sbin' : '/usr/lib/bake';

/**
 * The programs that make the machine a part of a cluster. They are the same in every image, hold nothing of any cluster,
 * and do nothing on a machine whose user-data names none.
 */
export function planFirstBoot({ firstBoot }: Pieces): Draft[] {
  return [
    ...SOURCED.map((name) => draft(['role'], rootFile(`${folderOf(name)}/${name}`, firstBoot[name]))),
    ...PROGRAMS.map((name) => draft(['role'], program(`${folderOf(name)}/${name}`, firstBoot[name]))),
    ...UNITS.map(({ unit }) => draft(['role'], { kind: 'unit', input: { unit, content: firstBoot[unit] } })),
    ...UNITS.filter(({ enabled }) => enabled).map(({ unit }) =>
      draft(['role'], { kind: 'service', input: { unit, state: 'enabled', active: false } }),
    ),
  ];
}
