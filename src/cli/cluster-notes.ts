import type { ClusterMachine, OpenedCluster } from './compile-cluster.ts';
import type { Io } from './io.ts';

/**
 * What whoever is about to start machines should know and the files can't say: whether the times in the secrets file have
 * run out by now, and which of them hold keys. To standard error; what is written is the same at any time.
 */
export function tellOfMachines(
  machines: readonly ClusterMachine[],
  { secrets: { cluster: secrets } }: OpenedCluster,
  now: Date,
  io: Io,
): void {
  const isOver = (time: string): boolean => Date.parse(time) <= now.getTime();
  const has = (role: ClusterMachine['role']): boolean => machines.some((machine) => machine.role === role);
  if (has('master') && isOver(secrets.initUntil))
    io.err(
      `Since ${secrets.initUntil} no machine starts this cluster any more; one that is there can be joined. For a new one: bake secrets rotate window\n`,
    );
  if ((has('master') || has('worker')) && isOver(secrets.bootstrapToken.expires))
    io.err(
      `Since ${secrets.bootstrapToken.expires} no machine can join with this token: bake secrets rotate token, and kubeadm token create TOKEN on a master of a running cluster\n`,
    );
  if (has('master'))
    io.err(
      'User-data of a master holds the keys of the cluster’s authorities: whoever can read it, in a console too, owns the cluster.\n',
    );
}
