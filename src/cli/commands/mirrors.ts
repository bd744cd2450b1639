import {
  isMirrorName,
  MIRROR_NAMES,
  MIRROR_SETS,
  mirrorsWith,
  type MirrorName,
} from '../../catalog/mirrors/index.ts';
import type { MirrorSet } from '../../catalog/mirrors/mirror-set.ts';
import { quote } from '../../diagnostics/printable.ts';
import { didYouMean } from '../../diagnostics/suggest.ts';
import { EXIT, Stop, type Io } from '../io.ts';

/** `bake mirrors`: the sets that a profile can name; with a name, where all of it is. */
export function mirrorsCommand(name: string | undefined, options: { readonly json?: boolean }, io: Io): void {
  if (name === undefined) {
    io.out(options.json ? `${JSON.stringify(MIRROR_SETS, null, 2)}\n` : table());
    return;
  }
  if (!isMirrorName(name)) {
    const known = didYouMean(name, MIRROR_NAMES) ?? `there are ${MIRROR_NAMES.join(', ')}`;
    throw new Stop(EXIT.usage, `there is no set of mirrors ${quote(name)}; ${known} (bake mirrors)`);
  }
  const set = MIRROR_SETS[name];
  io.out(options.json ? `${JSON.stringify({ name, ...set }, null, 2)}\n` : explain(name, set, io));
}

/** What a set may have, in the words of a profile. */
const PARTS: readonly (readonly [part: string, has: (set: MirrorSet) => boolean])[] = [
  ['packages', ({ archives }) => archives !== undefined],
  ['kubernetes', ({ kubernetes }) => kubernetes !== undefined],
  ['docker', ({ docker }) => docker !== undefined],
  ['images', ({ images }) => images?.kubernetes !== undefined],
  ['registries', ({ images }) => images?.registries !== undefined],
];

function table(): string {
  const rows = MIRROR_NAMES.map((name) => [
    name,
    MIRROR_SETS[name].title,
    ...PARTS.map(([part, has]) => (mirrorsWith(has).includes(name) ? part : '-')),
  ]);
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
  return rows
    .map((row) => `${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd())
    .map((line) => `${line}\n`)
    .join('');
}

function explain(name: MirrorName, { archives, kubernetes, docker, images, ...set }: MirrorSet, io: Io) {
  const { palette } = io;
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['Debian', archives?.debian.main],
    ['', archives?.debian.security],
    ['Ubuntu', archives?.ubuntu.main],
    ['', archives?.ubuntu.security === archives?.ubuntu.main ? undefined : archives?.ubuntu.security],
    ['', archives && `${archives.ubuntu.ports} (arm64)`],
    ['Rocky Linux', archives?.rocky],
    ['Kubernetes', kubernetes?.perMinor && `${kubernetes.perMinor}/v1.NN/ (1.24 and newer)`],
    [
      kubernetes?.perMinor ? '' : 'Kubernetes',
      kubernetes?.legacy && `${kubernetes.legacy}/ (1.23 and older)`,
    ],
    ['Docker', docker],
    [
      'its images',
      images?.kubernetes && `${images.kubernetes.repository}, ${images.kubernetes.layout} layout`,
    ],
    ...Object.entries(images?.registries ?? {}),
  ];
  return [
    palette.strong(`${name}: ${set.title}`),
    '',
    ...lines.flatMap(([label, text]) => (text === undefined ? [] : [`${label.padEnd(19)}${text}`])),
    ...(set.notes.length > 0 ? ['', ...set.notes.map((note) => `- ${note}`)] : []),
    '',
    palette.faint(`From: ${set.sources.join('; ')}`),
    '',
  ].join('\n');
}
