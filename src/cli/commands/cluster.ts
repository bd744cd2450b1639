import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { makeFolder, writeIfChanged } from '../../adapters/output.ts';
import { keepOutOfGit } from '../../adapters/private-files.ts';
import { run } from '../../adapters/process.ts';
import { writeSeedIso } from '../../adapters/seed-iso.ts';
import { shellWords } from '../../text/shell.ts';
import { formatSize } from '../../units/size.ts';
import {
  compileMachinesOrStop,
  everyMachine,
  openClusterOrStop,
  type ClusterMachine,
  type ClusterOptions,
} from '../compile-cluster.ts';
import { tellOfMachines, tellOfSizes } from '../cluster-notes.ts';
import { EXIT, Stop, type Io } from '../io.ts';
import { needsFor, requireTools } from '../require-tools.ts';
import { cannotWrite, gitNote } from '../write-artifacts.ts';

export interface RenderOptions extends ClusterOptions {
  readonly out?: string;
  /** A medium for each named machine, too. */
  readonly iso?: boolean;
}

/** `bake cluster render`: one folder with what every machine of a cluster is told. */
export async function renderCommand(options: RenderOptions, io: Io): Promise<void> {
  const opened = await openClusterOrStop(options, io);
  const { cluster } = opened.cluster;
  const machines = compileMachinesOrStop(opened, everyMachine(opened.cluster), options, io);
  const twice = machines.find(({ name }, i) => machines.findIndex((one) => one.name === name) !== i);
  if (twice)
    throw new Stop(
      EXIT.input,
      `a node is called ${twice.name}, as is the folder of every ${twice.role} that the platform names; give the node another name`,
    );
  if (options.iso) await requireTools(needsFor(['seed']), io);
  const folder = join(resolve(io.cwd, options.out ?? 'out'), cluster.name);
  const fromHere = relative(io.cwd, folder);
  const shown = fromHere.startsWith('..') ? folder : fromHere || '.';
  const lines: (readonly [file: string, size: string, what: string])[] = [];
  let note: string;
  try {
    // A rule for folders alone matches one that is there.
    makeFolder(folder);
    note = gitNote(await keepOutOfGit(folder, run), shown, io);
    for (const { name, role, node, seed, profile } of machines) {
      for (const [file, text] of Object.entries(seedRecord(seed)))
        writeIfChanged(join(folder, name), file, text, 0o600);
      // From the days when it had static addresses; whoever attaches the folder would attach it, too.
      if (seed['network-config'] === undefined) rmSync(join(folder, name, 'network-config'), { force: true });
      const iso = join(folder, name, 'seed.iso');
      if (options.iso && node) await writeSeedIso(seedRecord(seed), iso, run);
      // What is on it may be of before a rotation, and lies where it would be attached.
      else rmSync(iso, { force: true });
      const what = node ? role : `every ${role} that the platform names`;
      const size = formatSize(Buffer.byteLength(seed['user-data']));
      lines.push([`${shown}/${name}/user-data`, size, `${what}, ${profile}`]);
    }
  } catch (error) {
    throw cannotWrite(error, shown, 'choose another folder with --out');
  }
  const width = Math.max(...lines.map(([file]) => file.length));
  const table = lines.map(([file, size, what]) => `  ${file.padEnd(width)}${size.padStart(9)}  ${what}\n`);
  io.out(`Cluster ${cluster.name}: user-data of its machines\n${table.join('')}${note}`);
  tellOfStrangers(folder, shown, machines, io);
  tellOfSizes(machines, io);
  tellOfMachines(machines, opened, new Date(), io);
}

/** Folders beside those of the machines that hold user-data: of machines that the file has no more, whose keys are still good. */
function tellOfStrangers(
  folder: string,
  shown: string,
  machines: readonly { readonly name: string }[],
  io: Io,
): void {
  const known = new Set(machines.map(({ name }) => name));
  const strangers = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !known.has(entry.name))
    .map(({ name }) => name)
    .filter((name) => ['user-data', 'seed.iso'].some((file) => existsSync(join(folder, name, file))))
    .sort();
  if (strangers.length === 0) return;
  const paths = shellWords(strangers.map((name) => `${shown}/${name}`));
  io.err(
    `Of no machine of the cluster file any more, and still with user-data: ${paths}. It may hold keys and tokens of the cluster; where nobody needs it: rm -r ${paths}\n`,
  );
}

/** Files of a seed by name. */
function seedRecord(seed: ClusterMachine['seed']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(seed).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
