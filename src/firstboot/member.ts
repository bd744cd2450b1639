import type { BalancerPieces } from '../balancer/file.ts';
import { OPERATING_SYSTEMS } from '../catalog/operating-systems.ts';
import { dockerRepository, kubernetesRepository } from '../catalog/repositories.ts';
import type { ClusterNode, ClusterRole, ResolvedCluster } from '../cluster/cluster.ts';
import { criSocket, pauseImage } from '../plan/runtime.ts';
import type { Profile } from '../profile/profile.ts';
import type { ClusterSecrets } from '../secrets/cluster-secrets.ts';
import type { FirstBootInput } from '../steps/first-boot.ts';
import type { Circumstances, KubernetesFacts, MachineInput } from './machine.ts';

/** A machine's place in a cluster, and all that it needs to take it. */
export interface Member {
  readonly cluster: ResolvedCluster;
  readonly secrets: ClusterSecrets;
  /** Absent for machines that the platform names: workers, all alike. */
  readonly node?: ClusterNode;
  readonly balancer: BalancerPieces;
  /** What a place other than a machine of its own asks for; absent for real machines. */
  readonly circumstances?: Circumstances;
}

/** Roles of profiles, as clusters have them: a standalone machine is a master. */
const CLUSTER_ROLES: Readonly<Record<Profile['role'], ClusterRole>> = {
  master: 'master',
  standalone: 'master',
  worker: 'worker',
  haproxy: 'haproxy',
};

export function clusterRole({ role }: Pick<Profile, 'role'>): ClusterRole {
  return CLUSTER_ROLES[role];
}

/** What the plan says of it: nothing that is secret. */
export function firstBootInput(profile: Profile, { cluster, node }: Member): FirstBootInput {
  return {
    cluster: cluster.cluster.name,
    role: clusterRole(profile),
    ...(node ? { node: node.name } : {}),
  };
}

/** What {@link machineFiles} makes the machine's files of. Rules have seen to it that profile and cluster fit. */
export function machineInput(profile: Profile, member: Member): MachineInput {
  const { cluster, secrets, node, balancer, circumstances } = member;
  const kubernetes = kubernetesFacts(profile, circumstances);
  return {
    cluster: cluster.cluster,
    secrets,
    role: clusterRole(profile),
    ...(node ? { node: withTaints(node, profile) } : {}),
    ...(kubernetes ? { kubernetes } : {}),
    balancer,
    packageManager: OPERATING_SYSTEMS[profile.os].packageManager,
    packageHosts: packageHosts(profile),
  };
}

/** A standalone machine takes pods: without the taint that kubeadm gives masters. */
function withTaints(node: ClusterNode, { role }: Profile): ClusterNode {
  return role === 'standalone' ? { ...node, taints: node.taints ?? [] } : node;
}

function packageHosts({ os, arch, image, kubernetes, runtime }: Profile): string[] {
  const system = OPERATING_SYSTEMS[os];
  const repositories = [
    ...(kubernetes ? [kubernetesRepository(kubernetes.source, kubernetes.version, system)] : []),
    ...(runtime?.source === 'docker' ? [dockerRepository(system, arch, runtime.mirror)] : []),
  ].flatMap((answer) => ('repository' in answer ? [answer.repository.uri] : []));
  const archives =
    system.packageManager === 'apt'
      ? system.archives(arch, image.mirror).map(({ uri }) => uri)
      : [system.archive(image.mirror)];
  const uris = [...archives, ...repositories];
  return [...new Set(uris.map((uri) => new URL(uri).hostname))];
}

function kubernetesFacts(
  { kubernetes, runtime }: Profile,
  circumstances: Circumstances = {},
): KubernetesFacts | undefined {
  if (!kubernetes || !runtime) return undefined;
  const { engine, cgroupDriver, logMaxSize, logMaxFiles } = runtime;
  return {
    version: kubernetes.version,
    runtime: { engine, criSocket: criSocket(runtime, kubernetes), cgroupDriver, logMaxSize, logMaxFiles },
    imageRepository: kubernetes.imageRepository,
    pauseImage: pauseImage(runtime, kubernetes),
    proxyMode: kubernetes.proxyMode,
    circumstances,
  };
}
