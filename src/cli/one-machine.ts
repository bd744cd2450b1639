import { quote } from '../diagnostics/printable.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { tellOfMachines } from './cluster-notes.ts';
import {
  compileMachinesOrStop,
  openClusterOrStop,
  type ClusterMachine,
  type ClusterOptions,
  type OpenedCluster,
  type Wanted,
} from './compile-cluster.ts';
import { EXIT, Stop, type Io } from './io.ts';

/** Whose user-data is wanted: one of these. */
export interface MachineOptions extends ClusterOptions {
  /** Name of a node of the cluster. */
  readonly node?: string;
  /** Profile of workers that the platform names. */
  readonly profile?: string;
}

/** The one machine of a cluster file that was asked for, with what there is to say of it. */
export async function machineOrStop(options: MachineOptions, io: Io): Promise<ClusterMachine> {
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

function wanted({ cluster }: OpenedCluster, { node: name, profile }: MachineOptions): Wanted {
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
