import { familyOf, isAddress } from './addresses.ts';
import type { Cluster, ClusterNode, ClusterRole, Endpoint } from './cluster.ts';

/** What several parts derive from a cluster, each in one place. All pure, all in the order of the file. */

/** Named nodes of a role. */
export function nodesOf(cluster: Cluster, role: ClusterRole): readonly ClusterNode[] {
  return cluster.nodes.filter((node) => node.role === role);
}

/** The one master that may start the cluster. Throws for a cluster without masters, which `readCluster` never gives. */
export function firstMaster(cluster: Cluster): ClusterNode {
  const [first] = nodesOf(cluster, 'master');
  if (!first) throw new Error(`the cluster ${cluster.name} has no master`);
  return first;
}

/** `host:port`, an IPv6 address in brackets. */
export function endpointText({ host, port }: Endpoint): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

export interface HostsEntry {
  readonly address: string;
  readonly names: readonly string[];
}

/**
 * Lines of /etc/hosts for every machine, one an address: the endpoint's name where the address behind it is known
 * ({@link behindEndpoint}), named nodes by full and short name, and what the file adds. A name that the file gives an address
 * keeps it; an endpoint behind somebody else's load balancer is left to DNS.
 */
export function hostsEntriesOf(cluster: Cluster): HostsEntry[] {
  const lines = new Map<string, Set<string>>();
  const add = (address: string, ...names: readonly string[]): void => {
    const line = lines.get(address) ?? new Set();
    for (const name of names) line.add(name);
    lines.set(address, line);
  };
  const { endpoint, hosts, nodes } = cluster;
  const taken = new Set([...hosts.flatMap(({ names }) => names), ...nodes.map(({ name }) => name)]);
  const behind = behindEndpoint(cluster);
  if (behind !== undefined && !isAddress(endpoint.host) && !taken.has(endpoint.host))
    add(behind, endpoint.host);
  const shortNames = nodes.map(({ name }) => shortName(name));
  for (const { name, address } of nodes) {
    if (address === undefined) continue;
    const short = shortName(name);
    const isFree =
      short !== name && !taken.has(short) && shortNames.filter((other) => other === short).length === 1;
    add(address, name, ...(isFree ? [short] : []));
  }
  for (const { address, names } of hosts) add(address, ...names);
  return [...lines].map(([address, names]) => ({ address, names: [...names] }));
}

/**
 * The address that a name of the endpoint must mean: the virtual one, that of the only balancer, or that of the only master
 * where the API itself is at the endpoint's port. Undefined where the cluster leaves it open: of several machines it would be
 * one of them, and a port at which none of them serves is somebody else's load balancer.
 */
function behindEndpoint(cluster: Cluster): string | undefined {
  const { endpoint, virtualIp, balancer } = cluster;
  if (virtualIp) return virtualIp.address;
  const balancers = nodesOf(cluster, 'haproxy');
  const served = endpoint.port === balancer.apiPort ? nodesOf(cluster, 'master') : [];
  const [only, ...others] = balancers.length > 0 ? balancers : served;
  return others.length === 0 ? only?.address : undefined;
}

/** Where machines find the endpoint: itself, or what /etc/hosts says of its name; undefined where only DNS knows. */
export function endpointAddressOf(cluster: Cluster): string | undefined {
  const { host } = cluster.endpoint;
  return isAddress(host) ? host : hostsEntriesOf(cluster).find(({ names }) => names.includes(host))?.address;
}

/**
 * Names and addresses for the API server's certificate beyond those that kubeadm puts in by itself, the same for each
 * master: the endpoint, the virtual address, every master (a rebuilt one too), this machine, and what the file says.
 */
export function certSANsOf(cluster: Cluster): string[] {
  const { endpoint, virtualIp, kubeadm } = cluster;
  const all = [
    endpoint.host,
    ...(virtualIp ? [virtualIp.address] : []),
    ...nodesOf(cluster, 'master').flatMap(({ name, address }) => [
      name,
      ...(address === undefined ? [] : [address]),
    ]),
    'localhost',
    '127.0.0.1',
    ...kubeadm.certSANs,
  ];
  return [...new Set(all)];
}

/** Network configuration version 2, netplan's form (cloud-init documentation, "Networking config Version 2"). */
export interface NetworkConfig {
  readonly version: 2;
  readonly ethernets: Readonly<Record<string, Ethernet>>;
}

export interface Ethernet {
  readonly match?: { readonly macaddress: string };
  readonly 'set-name'?: string;
  readonly dhcp4: false;
  readonly dhcp6: false;
  readonly addresses: readonly string[];
  readonly routes?: readonly { readonly to: string; readonly via: string }[];
  readonly nameservers?: { readonly addresses?: readonly string[]; readonly search?: readonly string[] };
}

/** What a node with a static network gets; `undefined` with DHCP, where nothing is written. */
export function networkConfigOf(node: ClusterNode, cluster: Cluster): NetworkConfig | undefined {
  const { network, mac, interface: name } = node;
  if (!network) return undefined;
  const addresses = network.nameservers.length > 0 ? network.nameservers : cluster.dns.servers;
  const { search } = cluster.dns;
  const { gateway } = network;
  const ethernet: Ethernet = {
    ...(mac === undefined ? {} : { match: { macaddress: mac } }),
    ...(mac === undefined || name === undefined ? {} : { 'set-name': name }),
    dhcp4: false,
    dhcp6: false,
    addresses: network.addresses,
    // `to: default` is netplan's alone: other renderers of cloud-init before 25.3 take it for a broken address.
    ...(gateway === undefined
      ? {}
      : { routes: [{ to: familyOf(gateway) === 'ipv4' ? '0.0.0.0/0' : '::/0', via: gateway }] }),
    ...(addresses.length + search.length === 0
      ? {}
      : {
          nameservers: {
            ...(addresses.length === 0 ? {} : { addresses }),
            ...(search.length === 0 ? {} : { search }),
          },
        }),
  };
  return { version: 2, ethernets: { [name ?? 'nic0']: ethernet } };
}

const shortName = (name: string): string => name.split('.')[0] ?? name;
