import { resolve } from 'node:path';
import { keepOutOfGit } from '../../adapters/private-files.ts';
import { run } from '../../adapters/process.ts';
import { writeSeedIso } from '../../adapters/seed-iso.ts';
import type { MediumName } from '../../catalog/media.ts';
import { formatSize } from '../../units/size.ts';
import { MEDIA } from '../../user-data-forms/media.ts';
import type { ClusterOptions } from '../compile-cluster.ts';
import { EXIT, Stop, type Io } from '../io.ts';
import { machineOrStop } from '../one-machine.ts';
import { needsFor, requireTools } from '../require-tools.ts';
import { targetOrStop } from '../target.ts';
import { cannotWrite, gitNote, requireFolderOf } from '../write-artifacts.ts';

export interface SeedOptions extends ClusterOptions {
  readonly node: string;
  /** Platform whose medium it is. */
  readonly target?: string;
  /** Which of them, where there are several; the platform's first, or NoCloud's, when absent. */
  readonly medium?: MediumName;
  readonly out?: string;
}

/** `bake seed`: a medium with user-data, name and network of one machine, to attach. */
export async function seedCommand(options: SeedOptions, io: Io): Promise<void> {
  const { datasource, label, files: filesOf } = MEDIA[mediumOf(options)];
  if (options.out !== undefined) requireFolderOf(options.out, io);
  const { name, identity, seed } = await machineOrStop(options, io);
  if (!identity) throw new Error('a medium is for a named machine');
  const files = filesOf({ identity, userData: seed['user-data'] });
  await requireTools(needsFor(['seed']), io);
  const out = options.out ?? `${name}-seed.iso`;
  const path = resolve(io.cwd, out);
  let note: string;
  try {
    note = gitNote(await keepOutOfGit(path, run), 'it', io);
    await writeSeedIso(files, path, run, label);
  } catch (error) {
    throw cannotWrite(error, out, 'choose another file with --out');
  }
  io.out(
    `Wrote ${out} (mode 0600): attach it as a CD-ROM, for cloud-init’s ${datasource}. It holds\n${sizes(files)}${note}`,
  );
}

function mediumOf({ target: name, medium }: SeedOptions): MediumName {
  if (name === undefined) return medium ?? 'nocloud';
  const { media, title } = targetOrStop(name);
  const [first] = media;
  if (first === undefined)
    throw new Stop(
      EXIT.usage,
      `${title} takes no medium: bake userdata --target ${name} writes what it takes`,
    );
  if (medium === undefined || media.includes(medium)) return medium ?? first;
  throw new Stop(
    EXIT.usage,
    `${name} has no medium ${medium}; it has ${media.join(', ')} (bake targets ${name})`,
  );
}

function sizes(files: Readonly<Record<string, string>>): string {
  const width = Math.max(...Object.keys(files).map((name) => name.length)) + 2;
  return Object.entries(files)
    .map(([name, text]) => `  ${name.padEnd(width)}${formatSize(Buffer.byteLength(text)).padStart(9)}\n`)
    .join('');
}
