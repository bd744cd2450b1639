import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { holdTrees, type HeldTrees } from '../build/held-trees.ts';
import type { Circumstances } from '../firstboot/machine.ts';
import { castOf, networkOfPart, type Part } from '../rehearse/cast.ts';
import type { EngineName } from '../rehearse/engine.ts';
import type { BakedImage, Machine } from '../rehearse/machine.ts';
import { secretValuesOf } from '../secrets/secrets.ts';
import { yamlText } from '../text/yaml.ts';
import { bakeProfile } from './bake-profile.ts';
import { cacheFolder, thisHost } from './cache-folder.ts';
import {
  compileMachinesOrStop,
  profileOf,
  type ClusterOptions,
  type OpenedCluster,
} from './compile-cluster.ts';
import type { Io } from './io.ts';
import { demandImages } from './rehearsable.ts';

export interface RehearsalOptions extends ClusterOptions {
  readonly engine: EngineName;
  /** Folder of the images. */
  readonly out?: string;
}

/** The machines of a cluster, baked and told what they are; `release` gives their layers back to the cache. */
export interface RehearsalMachines {
  readonly machines: readonly Machine[];
  readonly release: () => Promise<void>;
}

/** Bakes the profile of every role, and makes each machine's seed. Stops with an exit code where it can't. */
export async function rehearsalMachines(
  opened: OpenedCluster,
  options: RehearsalOptions,
  io: Io,
): Promise<RehearsalMachines> {
  const { cluster } = opened.cluster;
  const parts = castOf(cluster);
  // Wrong input is told before anything is baked.
  const seeds = compileMachinesOrStop(
    opened,
    parts.map(({ role, node }) => ({ role, ...(node ? { node } : {}) })),
    { ...options, circumstances: circumstancesOf(options.engine) },
    io,
  );
  const profiles = [...new Set(parts.map(({ role }) => profileOf(opened, options, role)))];
  const images = new Map<string, BakedImage>();
  const held: HeldTrees[] = [];
  const release = async (): Promise<void> => {
    for (const trees of held.splice(0)) await trees.release();
  };
  try {
    for (const profile of profiles) {
      const { image, trees } = await imageOf(profile, opened, options, io);
      images.set(profile, image);
      if (trees) held.push(trees);
    }
  } catch (error) {
    await release();
    throw error;
  }
  const machines = parts.map((part, i): Machine => {
    const image = images.get(profileOf(opened, options, part.role));
    const userData = seeds[i]?.seed['user-data'];
    if (!image || userData === undefined) throw new Error(`nothing was made for ${part.name}`);
    return { ...place(part), seed: { ...names(part), 'user-data': userData }, image };
  });
  return { machines, release };
}

async function imageOf(
  profile: string,
  { secrets }: OpenedCluster,
  { engine, standIn = false, out }: RehearsalOptions,
  io: Io,
): Promise<{ image: BakedImage; trees?: HeldTrees }> {
  const request = {
    profile,
    standIn,
    // Somebody's golden image of the same name is not to be taken for one of stand-ins.
    ...(standIn ? { out: join(out ?? 'out', 'stand-in') } : out === undefined ? {} : { out }),
    // What machines are booted from; other formats of the same image stay.
    formats: ['qcow2' as const],
    searchFor: secretValuesOf(secrets),
    demand: demandImages,
  };
  const { compiled, baked } = await bakeProfile(request, io);
  if (engine === 'qemu') return { image: { disk: baked.image } };
  const hold = () => holdTrees(compiled, cacheFolder(io), thisHost(io));
  // An image that is there already may have outlived its layers.
  const trees = (await hold()) ?? (await bakeProfile({ ...request, fresh: true }, io), await hold());
  if (!trees) throw new Error(`the layers of ${profile} are not in the cache right after baking`);
  const { root, below, stacking } = trees;
  return { image: { trees: { root, below, stacking }, disk: baked.image }, trees };
}

const place = ({ name, role, address, prefix, mac }: Part): Omit<Machine, 'seed' | 'image'> => ({
  name,
  role,
  address,
  prefix,
  mac,
});

const names = (part: Part): Omit<Machine['seed'], 'user-data'> => ({
  'meta-data': yamlText({ 'instance-id': `rehearsal-${part.name}`, 'local-hostname': part.name }),
  'network-config': networkOfPart(part),
});

/**
 * Containers share the host's kernel, so kubeadm can't judge it, and kube-proxy can't set it; emulated machines are slow.
 * Nothing of it is in the user-data of real machines.
 */
function circumstancesOf(engine: EngineName): Circumstances {
  const patience = { controlPlane: 900, kubelet: 600, discovery: 900, tlsBootstrap: 600 };
  const small = ['NumCPU', 'Mem'];
  if (engine === 'qemu') return { ignorePreflightErrors: small, timeouts: patience };
  return {
    ignorePreflightErrors: [
      ...small,
      'SystemVerification',
      'Swap',
      'FileContent--proc-sys-net-bridge-bridge-nf-call-iptables',
    ],
    cgroups: existsSync(join('/sys/fs/cgroup', 'cgroup.controllers')) ? 2 : 1,
    sharesKernel: true,
    timeouts: patience,
  };
}
