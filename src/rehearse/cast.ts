import ipaddr from 'ipaddr.js';
import { familyOf } from '../cluster/addresses.ts';
import type { Cluster, ClusterNode, ClusterRole } from '../cluster/cluster.ts';
import { firstMaster } from '../cluster/views.ts';
import { yamlText } from '../text/yaml.ts';

/** A machine of the cluster as a rehearsal puts it on its network: every one has a name and an address there. */
export interface Part {
  readonly name: string;
  readonly role: ClusterRole;
  /** Absent for machines that nobody names. */
  readonly node?: ClusterNode;
  readonly address: string;
  readonly prefix: number;
  /** Lower case, with colons. */
  readonly mac: string;
}

/** Where the cluster file says nothing of its machines' network. */
const USUAL_PREFIX = { ipv4: 24, ipv6: 64 } as const;

/**
 * Every machine of a cluster, those that are counted too. Who has no address gets a free one of the first master's network,
 * and who has no MAC address one of QEMU's (52:54:00).
 */
export function castOf(cluster: Cluster): Part[] {
  const { nodes, counts, virtualIp, hosts } = cluster;
  const { address: home } = firstMaster(cluster);
  if (home === undefined) throw new Error('a master without an address; the rules let it through');
  const prefix = virtualIp?.prefix ?? prefixOf(firstMaster(cluster)) ?? USUAL_PREFIX[familyOf(home)];
  const taken = new Set([
    ...nodes.flatMap(({ address }) => address ?? []),
    ...(virtualIp ? [virtualIp.address] : []),
    ...hosts.map(({ address }) => address),
  ]);
  const unnamed = (Object.entries(counts) as [ClusterRole, number][]).flatMap(([role, count]) =>
    Array.from({ length: count }, (_, i) => ({ role, name: `${role}-unnamed-${i + 1}` })),
  );
  const free = freeAddresses(home, prefix, taken);
  const next = (): string => {
    const { value } = free.next() as { value: string | undefined };
    if (value === undefined) throw new Error(`no address is free in the network of ${home}/${prefix}`);
    return value;
  };
  return [
    ...nodes.map((node) => ({ name: node.name, role: node.role, node })),
    ...unnamed.map(({ name, role }) => ({ name, role, node: undefined })),
  ].map(({ name, role, node }, index) => ({
    name,
    role,
    ...(node ? { node } : {}),
    address: node?.address ?? next(),
    prefix: (node && prefixOf(node)) ?? prefix,
    mac: node?.mac ?? macOf(index),
  }));
}

function prefixOf({ network }: ClusterNode): number | undefined {
  const [first] = network?.addresses ?? [];
  return first === undefined ? undefined : Number(first.split('/')[1]);
}

const macOf = (index: number): string => `52:54:00:be:00:${(index + 1).toString(16).padStart(2, '0')}`;

/** From the middle of the network upwards, where people put machines last. */
function* freeAddresses(home: string, prefix: number, taken: ReadonlySet<string>): Generator<string> {
  const bytes = ipaddr.parse(home).toByteArray();
  const bits = Math.min(bytes.length * 8 - prefix, 16);
  for (let offset = 2 ** (bits - 1); offset < 2 ** bits - 2; offset += 1) {
    const address = withOffset(bytes, bits, offset);
    if (!taken.has(address)) yield address;
  }
}

function withOffset(bytes: readonly number[], bits: number, offset: number): string {
  const changed = [...bytes];
  const last = changed.length - 1;
  const low = (((changed[last - 1] ?? 0) << 8) | (changed[last] ?? 0)) & ~(2 ** bits - 1);
  const value = low | offset;
  changed[last - 1] = (value >> 8) & 255;
  changed[last] = value & 255;
  return ipaddr.fromByteArray(changed).toString();
}

/**
 * The machine's network, static: a rehearsal has no DHCP server. Otherwise what the cluster file says of it, name servers
 * aside, which nobody plays.
 */
export function networkOfPart({ node, mac, address, prefix }: Part): string {
  const addresses = node?.network?.addresses ?? [`${address}/${prefix}`];
  const gateway = node?.network?.gateway;
  const name = node?.interface ?? 'eth0';
  return yamlText({
    version: 2,
    ethernets: {
      [name]: {
        match: { macaddress: mac },
        'set-name': name,
        dhcp4: false,
        dhcp6: false,
        addresses,
        ...(gateway === undefined
          ? {}
          : { routes: [{ to: familyOf(gateway) === 'ipv4' ? '0.0.0.0/0' : '::/0', via: gateway }] }),
      },
    },
  });
}
