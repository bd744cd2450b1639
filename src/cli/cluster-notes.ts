import { TARGET_NAMES, TARGETS } from '../catalog/targets/index.ts';
import type { Target } from '../catalog/targets/target.ts';
import { formatSize } from '../units/size.ts';
import { fit } from '../user-data-forms/fit.ts';
import { FORMS } from '../user-data-forms/index.ts';
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
      `Since ${secrets.bootstrapToken.expires} no machine can join with this token: bake secrets rotate token, and tell a running cluster of it (docs/secrets.md has the line)\n`,
    );
  if (has('master'))
    io.err(
      'User-data of a master holds the keys of the cluster’s authorities: whoever can read it, in a console too, owns the cluster.\n',
    );
}

/** Which platforms' fields for user-data some machines' are too large for, to standard error; nothing where all fit everywhere. */
export function tellOfSizes(
  machines: readonly Pick<ClusterMachine, 'name' | 'seed'>[],
  io: Pick<Io, 'err'>,
): void {
  const names = new Map<string, string[]>();
  for (const { name, seed } of machines) {
    const platforms = tooSmallFor(seed['user-data']);
    if (platforms !== '') names.set(platforms, [...(names.get(platforms) ?? []), name]);
  }
  for (const [platforms, machinesOf] of names)
    io.err(
      `User-data of ${machinesOf.join(', ')} is larger than some fields take: ${platforms}. A medium that is attached (bake seed) has no limit.\n`,
    );
}

/** Platforms with a limit, by how much text they take as it is; in bytes. */
const ROOM = TARGET_NAMES.map((name) => ({ name, target: TARGETS[name], room: roomForText(TARGETS[name]) }))
  .filter(({ room }) => room !== Infinity)
  .sort((a, b) => a.room - b.room);

function tooSmallFor(userData: string): string {
  const size = Buffer.byteLength(userData);
  return ROOM.filter(({ room }) => size > room)
    .map(({ name, target, room }) => {
      const [first] = target.forms;
      const fits = first && fit(userData, FORMS[first.form], target).fits;
      return `${target.title} (${formatSize(room)}${fits ? `, by --target ${name} it fits` : ''})`;
    })
    .join(', ');
}

/** Where base64 is counted, as much as that holds. */
function roomForText({ userData: { limit, encodings } }: Target): number {
  if (!limit) return Infinity;
  const isBase64 = limit.counts === 'base64' || (limit.counts === 'field' && !encodings.includes('plain'));
  return isBase64 ? Math.floor(limit.bytes / 4) * 3 : limit.bytes;
}
