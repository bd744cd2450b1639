import ipaddr from 'ipaddr.js';
import { bitsOf, familyOf, networkOf } from '../cluster/addresses.ts';
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

/** The network that machines are put on. */
interface Ground {
  /** Address of the first master. */
  readonly home: string;
  readonly prefix: number;
  readonly taken: ReadonlySet<string>;
}

function groundOf(cluster: Cluster): Ground {
  const { nodes, virtualIp, hosts, dns } = cluster;
  const { address: home } = firstMaster(cluster);
  if (home === undefined) throw new Error('a master without an address; the rules let it through');
  // One of the address alone says nothing of its network.
  const virtual = virtualIp && virtualIp.prefix < bitsOf(virtualIp.address) ? virtualIp.prefix : undefined;
  const taken = [
    ...nodes.flatMap(({ address, network }) => [
      address,
      network?.gateway,
      ...(network?.addresses ?? []).map((text) => text.split('/')[0]),
    ]),
    virtualIp?.address,
    ...hosts.map(({ address }) => address),
    ...dns.servers,
  ];
  return {
    home,
    prefix: virtual ?? prefixOf(firstMaster(cluster)) ?? USUAL_PREFIX[familyOf(home)],
    taken: new Set(taken.filter((address) => address !== undefined)),
  };
}

/** How many machines want an address, and how many there are for them: of a large network only those nearest are counted. */
export function roomOf(cluster: Cluster): {
  readonly network: string;
  readonly wanted: number;
  readonly free: number;
} {
  const ground = groundOf(cluster);
  const counted = Object.values(cluster.counts).reduce((sum, count) => sum + count, 0);
  return {
    network: networkOf(`${ground.home}/${ground.prefix}`),
    wanted: counted + cluster.nodes.filter(({ address }) => address === undefined).length,
    // One is for the bridge (network.ts).
    free: [...freeAddresses(ground)].length - 1,
  };
}

/**
 * Every machine of a cluster, those that are counted too. Who has no address gets a free one of the first master's network,
 * and who has no MAC address one of QEMU's (52:54:00). Throws where {@link roomOf} says that there are too few.
 */
export function castOf(cluster: Cluster): Part[] {
  const { nodes, counts } = cluster;
  const ground = groundOf(cluster);
  const unnamed = (Object.entries(counts) as [ClusterRole, number][]).flatMap(([role, count]) =>
    Array.from({ length: count }, (_, i) => ({ role, name: `${role}-unnamed-${i + 1}` })),
  );
  const addresses = freeAddresses(ground);
  const macs = freeMacs(new Set(nodes.flatMap(({ mac }) => mac ?? [])));
  return [
    ...nodes.map((node) => ({ name: node.name, role: node.role, node })),
    ...unnamed.map(({ name, role }) => ({ name, role, node: undefined })),
  ].map(({ name, role, node }) => ({
    name,
    role,
    ...(node ? { node } : {}),
    address: node?.address ?? nextOf(addresses),
    prefix: (node && prefixOf(node)) ?? ground.prefix,
    mac: node?.mac ?? nextOf(macs),
  }));
}

function prefixOf({ network }: ClusterNode): number | undefined {
  const [first] = network?.addresses ?? [];
  return first === undefined ? undefined : Number(first.split('/')[1]);
}

function nextOf(free: Generator<string, undefined>): string {
  const { value } = free.next();
  if (value === undefined) throw new Error('nothing is free; who asks is to look first');
  return value;
}

/** Of QEMU's own: the last two bytes count. */
function* freeMacs(taken: ReadonlySet<string>): Generator<string, undefined> {
  for (let number = 1; number < 2 ** 16; number += 1) {
    const [high, low] = [number >> 8, number & 255].map((byte) => byte.toString(16).padStart(2, '0'));
    const mac = `52:54:00:be:${high}:${low}`;
    if (!taken.has(mac)) yield mac;
  }
  return undefined;
}

/** From the middle of the network upwards, where people put machines last, then what is below. */
function* freeAddresses({ home, prefix, taken }: Ground): Generator<string, undefined> {
  const bytes = ipaddr.parse(home).toByteArray();
  const bits = Math.min(bytes.length * 8 - prefix, 16);
  const middle = Math.max(1, 2 ** (bits - 1));
  const count = Math.max(0, 2 ** bits - 2);
  for (let i = 0; i < count; i += 1) {
    const offset = 1 + ((middle - 1 + i) % count);
    const address = withOffset(bytes, bits, offset);
    if (!taken.has(address)) yield address;
  }
  return undefined;
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
