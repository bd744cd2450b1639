import { basename, dirname, resolve } from 'node:path';
import { writeIfChanged } from '../../adapters/output.ts';
import { keepOutOfGit } from '../../adapters/private-files.ts';
import { run } from '../../adapters/process.ts';
import { writeSeedIso } from '../../adapters/seed-iso.ts';
import { quote } from '../../diagnostics/printable.ts';
import { didYouMean } from '../../diagnostics/suggest.ts';
import { formatSize } from '../../units/size.ts';
import {
  compileMachinesOrStop,
  openClusterOrStop,
  type ClusterMachine,
  type ClusterOptions,
  type OpenedCluster,
  type Wanted,
} from '../compile-cluster.ts';
import { tellOfMachines, tellOfSizes } from '../cluster-notes.ts';
import { EXIT, Stop, type Io } from '../io.ts';
import { needsFor, requireTools } from '../require-tools.ts';
import { cannotWrite, gitNote, requireFolderOf } from '../write-artifacts.ts';

export interface UserDataOptions extends ClusterOptions {
  /** Name of a node of the cluster. */
  readonly node?: string;
  /** Profile of workers that the platform names. */
  readonly profile?: string;
  /** File to write; standard output when absent. */
  readonly out?: string;
}

/** `bake userdata`: the user-data of one machine, to paste into a console. */
export async function userDataCommand(options: UserDataOptions, io: Io): Promise<void> {
  if (options.out !== undefined) requireFolderOf(options.out, io);
  const machine = await machineOrStop(options, io);
  const text = machine.seed['user-data'];
  const note = options.out === undefined ? '' : await write(options.out, text, io);
  if (options.out === undefined) io.out(text);
  io.err(
    `user-data of ${machine.name}: ${formatSize(Buffer.byteLength(text))}${whereTo(options.out)}\n${note}`,
  );
  tellOfSizes([machine], io);
  if (machine.seed['network-config'] !== undefined)
    io.err(
      'Its static addresses are not in user-data: give them by the platform, or attach them (bake seed).\n',
    );
}

export interface SeedOptions extends ClusterOptions {
  readonly node: string;
  readonly out?: string;
}

/** `bake seed`: a NoCloud medium with user-data, meta-data and network-config of one machine, to attach. */
export async function seedCommand(options: SeedOptions, io: Io): Promise<void> {
  if (options.out !== undefined) requireFolderOf(options.out, io);
  const { name, seed } = await machineOrStop(options, io);
  await requireTools(needsFor(['seed']), io);
  const out = options.out ?? `${name}-seed.iso`;
  const path = resolve(io.cwd, out);
  let note: string;
  try {
    note = gitNote(await keepOutOfGit(path, run), 'it', io);
    await writeSeedIso(seedRecord(seed), path, run);
  } catch (error) {
    throw cannotWrite(error, out, 'choose another file with --out');
  }
  io.out(`Wrote ${out} (mode 0600): attach it as a CD-ROM. It holds\n${sizes(seed)}${note}`);
}

/** Files of a seed by name. */
export function seedRecord(seed: ClusterMachine['seed']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(seed).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

export function sizes(seed: ClusterMachine['seed']): string {
  return Object.entries(seedRecord(seed))
    .map(([name, text]) => `  ${name.padEnd(16)}${formatSize(Buffer.byteLength(text)).padStart(9)}\n`)
    .join('');
}

async function machineOrStop(options: UserDataOptions, io: Io): Promise<ClusterMachine> {
  if ((options.node === undefined) === (options.profile === undefined))
    throw new Stop(
      EXIT.usage,
      'say whose user-data: --node NAME for a machine of the cluster file, or --profile NAME for workers without a name',
    );
  const opened = await openClusterOrStop(options, io);
  const [machine] = compileMachinesOrStop(opened, [wanted(opened, options)], options, io);
  if (!machine) throw new Error('nothing was compiled');
  tellOfMachines([machine], opened, new Date(), io);
  return machine;
}

function wanted({ cluster }: OpenedCluster, { node: name, profile }: UserDataOptions): Wanted {
  if (profile !== undefined) return { role: 'worker', profile };
  const { nodes } = cluster.cluster;
  const node = nodes.find((one) => one.name === name);
  if (node) return { role: node.role, node };
  const names = nodes.map((one) => one.name);
  throw new Stop(
    EXIT.input,
    `the cluster has no node ${quote(name ?? '')}; ${didYouMean(name ?? '', names) ?? `there are ${names.join(', ')}`}`,
  );
}

/** Says whether git was told to leave the file alone. */
async function write(out: string, text: string, io: Io): Promise<string> {
  const path = resolve(io.cwd, out);
  try {
    const note = gitNote(await keepOutOfGit(path, run), 'it', io);
    writeIfChanged(dirname(path), basename(path), text, 0o600);
    return note;
  } catch (error) {
    throw cannotWrite(error, out, 'choose another file with --out');
  }
}

const whereTo = (out: string | undefined): string => (out === undefined ? '' : `, in ${out} (mode 0600)`);
