import { bakedDatasources, TARGET_NAMES, TARGETS, type TargetName } from '../../catalog/targets/index.ts';
import type { Target } from '../../catalog/targets/target.ts';
import { FORMS } from '../../user-data-forms/index.ts';
import { MEDIA } from '../../user-data-forms/media.ts';
import type { Io } from '../io.ts';
import { limitText, targetNameOrStop } from '../target.ts';

/** `bake targets`: where machines can run; with a name, all that is known of one. */
export function targetsCommand(name: string | undefined, options: { readonly json?: boolean }, io: Io): void {
  if (name === undefined) {
    if (options.json) io.out(`${JSON.stringify(TARGETS, null, 2)}\n`);
    else io.out(table());
    return;
  }
  const known = targetNameOrStop(name);
  const target = TARGETS[known];
  io.out(options.json ? `${JSON.stringify({ name, ...target }, null, 2)}\n` : explain(known, target, io));
}

function table(): string {
  const rows = TARGET_NAMES.map((name) => {
    const { title, userData, forms } = TARGETS[name];
    return [name, title, limitText(userData), forms.map(({ form }) => form).join(' ')];
  });
  const all = [['target', 'platform', 'user-data', 'forms'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) => `${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}\n`).join('');
}

const COUNTS = {
  payload: 'counted before base64',
  base64: 'counted as base64, whoever encodes it',
  field: 'counted as it stands in the field',
} as const;

function explain(name: TargetName, target: Target, { palette }: Io): string {
  const { userData, images, guest, media } = target;
  const lines: readonly (readonly [string, string])[] = [
    ['datasources', target.datasources.join(', ')],
    ['to bake', `datasource_list: [ ${bakedDatasources([name]).join(', ')} ]`],
    [
      'user-data',
      `${limitText(userData)}${userData.limit ? `, ${COUNTS[userData.limit.counts]}` : ''}; ${userData.encodings.join(', ')}${userData.asciiOnly ? '; ASCII only' : ''}`,
    ],
    ['meta-data', target.metaData],
    ['network', target.networkConfig],
    ['medium', mediaText(name, media)],
    ['images', [images.formats.join(', '), images.note].filter(Boolean).join('; ')],
    [
      'guest agent',
      Object.entries(guest.packages)
        .map(([family, packages]) => `${family}: ${packages.join(' ') || 'none needed'}`)
        .join('; '),
    ],
    ['drivers', guest.drivers.join(' ')],
    ['Packer', target.packer.join(', ') || 'none'],
  ];
  return [
    palette.strong(`${name}: ${target.title}`),
    '',
    ...lines.map(([label, text]) => `${label.padEnd(13)}${text}`),
    '',
    `Forms of bake userdata --target ${name} (--form NAME; the first without it):`,
    ...target.forms.flatMap(({ form, paste }) => [
      `  ${form.padEnd(16)}${FORMS[form].title}`,
      `  ${''.padEnd(16)}${palette.faint(`into: ${paste}`)}`,
    ]),
    ...(target.notes.length > 0 ? ['', ...target.notes.map((note) => `- ${note}`)] : []),
    '',
    palette.faint(`From: ${target.sources.join('; ')}`),
    '',
  ].join('\n');
}

function mediaText(name: string, [first, ...more]: Target['media']): string {
  if (first === undefined) return 'none can be attached';
  const others = more.map((medium) => `, with --medium ${medium} one for ${MEDIA[medium].datasource}`);
  return `bake seed --target ${name} writes one for ${MEDIA[first].datasource}${others.join('')}`;
}
