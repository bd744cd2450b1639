import { familyOf } from '../cluster/addresses.ts';
import type { Cluster, ClusterNode, ClusterRole } from '../cluster/cluster.ts';

/** A named machine that has an address: every master and every balancer of a cluster that was read without errors. */
export type AddressedNode = ClusterNode & { readonly address: string };

export const mastersOf = (cluster: Cluster): AddressedNode[] => withRole(cluster, 'master');

/** In the order of the file: the first has the best claim to the virtual address. */
export const balancersOf = (cluster: Cluster): AddressedNode[] => withRole(cluster, 'haproxy');

/** The balancer of that name. Throws where there is none: the caller walks the cluster's own nodes. */
export function balancerNamed(cluster: Cluster, name: string): AddressedNode {
  const found = balancersOf(cluster).find((node) => node.name === name);
  if (!found) throw new Error(`${name} is no balancer of the cluster ${cluster.name}`);
  return found;
}

function withRole(cluster: Cluster, role: ClusterRole): AddressedNode[] {
  return cluster.nodes
    .filter((node) => node.role === role)
    .map((node) => {
      if (node.address === undefined) throw new Error(`${node.name} has no address; the rules ask for one`);
      return { ...node, address: node.address };
    });
}

/** `10.0.0.11:6443`, `[fd00::11]:6443`: how haproxy, nginx and curl take an address with a port. */
export const atPort = (address: string, port: number): string => `${bracketed(address)}:${port}`;

export const bracketed = (address: string): string =>
  familyOf(address) === 'ipv6' ? `[${address}]` : address;

/** Where a balancer takes connections for the API; the virtual address first. */
export function listenAddresses(cluster: Cluster, machine: AddressedNode): readonly string[] {
  const virtual = cluster.virtualIp ? [cluster.virtualIp.address] : [];
  return [...new Set([...virtual, machine.address, LOOPBACK])];
}

/** The check script asks here, so that it needs no address of the machine. */
export const LOOPBACK = '127.0.0.1';

/**
 * Port on loopback where the balancer says that it is alive, whatever its masters do, and haproxy whether one is up. The first
 * of three that nothing else of ours listens at.
 */
export function alivePort({ balancer, endpoint }: Cluster): number {
  const taken = [endpoint.port, balancer.stats?.port];
  return [8402, 8403, 8401].find((port) => !taken.includes(port)) ?? 8402;
}

/** The name in every API server's certificate, whatever the cluster is called (kubeadm, "PKI certificates": SANs of kube-apiserver). */
export const API_SERVER_NAME = 'kubernetes';

/** The cluster's CA, for the checks of the balancer; no secret. */
export const caFile = (engine: 'haproxy' | 'nginx'): string => `/etc/${engine}/kubernetes-ca.crt`;
