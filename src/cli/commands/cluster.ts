import { join, relative, resolve } from 'node:path';
import { writeIfChanged } from '../../adapters/output.ts';
import { run } from '../../adapters/process.ts';
import { writeSeedIso } from '../../adapters/seed-iso.ts';
import { formatSize } from '../../units/size.ts';
import {
  compileMachinesOrStop,
  everyMachine,
  openClusterOrStop,
  type ClusterOptions,
} from '../compile-cluster.ts';
import type { Io } from '../io.ts';
import { needsFor, requireTools } from '../require-tools.ts';
import { cannotWrite } from '../write-artifacts.ts';
import { seedRecord } from './userdata.ts';

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
  if (options.iso) await requireTools(needsFor(['seed']), io);
  const folder = join(resolve(io.cwd, options.out ?? 'out'), cluster.name);
  const shown = relative(io.cwd, folder) || '.';
  const lines: string[] = [];
  try {
    for (const { name, role, node, seed, profile } of machines) {
      for (const [file, text] of Object.entries(seedRecord(seed)))
        writeIfChanged(join(folder, name), file, text, 0o600);
      if (options.iso && node) await writeSeedIso(seedRecord(seed), join(folder, name, 'seed.iso'), run);
      const what = node ? role : `every ${role} that the platform names`;
      const size = formatSize(Buffer.byteLength(seed['user-data']));
      lines.push(`  ${`${shown}/${name}/user-data`.padEnd(44)}${size.padStart(9)}  ${what}, ${profile}\n`);
    }
  } catch (error) {
    throw cannotWrite(error, shown, 'choose another folder with --out');
  }
  io.out(`Cluster ${cluster.name}: ${machines.length} machines\n${lines.join('')}`);
}
