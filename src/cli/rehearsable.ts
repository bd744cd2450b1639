import { mkdtemp, readdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { download } from '../adapters/http.ts';
import type { Addon, Cluster } from '../cluster/cluster.ts';
import { endpointAddressOf } from '../cluster/views.ts';
import type { Compiled } from '../compile.ts';
import { roomOf } from '../rehearse/cast.ts';
import { EXIT, Stop } from './io.ts';

/**
 * Where the machines of a rehearsal find the API. Nobody resolves names on their network, and they reach nobody but each other: stops
 * where something is to serve it that is no machine of the cluster.
 */
export function endpointHere(cluster: Cluster): string {
  const { endpoint, virtualIp, nodes, balancer } = cluster;
  const address = endpointAddressOf(cluster);
  if (address !== undefined && address === virtualIp?.address) return address;
  const serves = nodes.some(
    (node) =>
      node.address === address &&
      (node.role === 'haproxy' || (node.role !== 'worker' && endpoint.port === balancer.apiPort)),
  );
  if (address !== undefined && serves) return address;
  throw new Stop(
    EXIT.input,
    `no machine of the cluster serves ${endpoint.host}:${endpoint.port}, and machines of a rehearsal reach nothing else; rehearse a copy of the cluster file with a virtualIp (kube-vip on masters, or haproxy machines) in place of the load balancer`,
  );
}

/** Stops where the network of the machines is too small for those that the file gives no address. */
export function demandRoom(cluster: Cluster): void {
  const { network, wanted, free } = roomOf(cluster);
  if (wanted <= free) return;
  throw new Stop(
    EXIT.input,
    `${wanted} machines have no address in the cluster file, and ${free} are free in ${network}: rehearse a copy of the file with fewer of them (counts), or with a larger network (virtualIp with its prefix)`,
  );
}

/**
 * What a container takes of the inotify instances of root. Measured: nine of a node of Debian 13 that is up (five of systemd, one each of
 * agetty, D-Bus, resolved and containerd), and one that comes and goes while it starts.
 */
const INSTANCES_A_CONTAINER = 10;

/**
 * Stops where root has too few inotify instances left for that many containers, whose systemd could not begin then. `proc` is where the
 * kernel tells of processes.
 */
export async function demandInotify(containers: number, proc = '/proc'): Promise<void> {
  const limit = Number(await readFile(join(proc, 'sys/fs/inotify/max_user_instances'), 'utf8'));
  const free = limit - (await inotifyInstances(proc));
  const wanted = containers * INSTANCES_A_CONTAINER;
  if (wanted <= free) return;
  // As machines of ours have it (src/catalog/modules.ts).
  const enough = Math.max(8192, limit - free + wanted);
  throw new Stop(
    EXIT.tool,
    `${containers} machines as containers take about ${wanted} inotify instances, and of the ${limit} that root may have ${Math.max(0, free)} are free: sudo sysctl fs.inotify.max_user_instances=${enough}`,
  );
}

/** Users from here on are people (login.defs, UID_MIN). */
const FIRST_PERSON = 1000;

/**
 * Those that count for root now, with those of daemons that may have made them before they gave root up; the kernel keeps no number that
 * could be read.
 */
async function inotifyInstances(proc: string): Promise<number> {
  const counts = (await readdir(proc))
    .filter((name) => /^\d+$/.test(name))
    .map(async (pid) => {
      try {
        if ((await stat(join(proc, pid))).uid >= FIRST_PERSON) return 0;
        const files = (await readdir(join(proc, pid, 'fd'))).map((fd) => join(proc, pid, 'fd', fd));
        const targets = await Promise.all(files.map((file) => readlink(file).catch(() => '')));
        return targets.filter((target) => target === 'anon_inode:inotify').length;
      } catch {
        return 0; // it has ended meanwhile
      }
    });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

/**
 * The cluster with the manifests of its add-ons as texts, which its machines would fetch. `folder` is for unfinished things and exists.
 * Stops with an exit code where one can't be had.
 */
export async function withManifests(cluster: Cluster, folder: string, signal: AbortSignal): Promise<Cluster> {
  const work = await mkdtemp(join(folder, 'manifests-'));
  try {
    const addons: Addon[] = [];
    for (const addon of cluster.addons) addons.push(await atHand(addon, work, signal));
    return { ...cluster, addons };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function atHand(addon: Addon, work: string, signal: AbortSignal): Promise<Addon> {
  const { name, kind, from } = addon;
  if (kind !== 'manifest' || 'text' in from) return addon;
  const path = join(work, name);
  await download(from.url, path, from.sha256, signal).catch((error: Error) => {
    signal.throwIfAborted();
    throw new Stop(
      EXIT.tool,
      `add-on ${name}: ${error.message}. Machines of a rehearsal fetch nothing, so it is fetched here; a manifest beside the cluster file need not be (file: in place of url: and sha256:)`,
    );
  });
  return { ...addon, from: { text: await readFile(path, 'utf8'), file: from.url } };
}

/** Stops where a machine would have to pull what Kubernetes itself runs: it reaches no registry. */
export function demandImages({ plan }: Compiled): void {
  if (plan.standIn || plan.role === 'haproxy') return;
  if (plan.steps.some(({ step }) => step.kind === 'container-images')) return;
  throw new Stop(
    EXIT.input,
    `machines of a rehearsal reach no registry, and the image of ${plan.profile} has no container images: say \`kubernetes: { preload: true }\` in the profile, or list archives (kubernetes.images); or rehearse with --stand-in`,
  );
}
