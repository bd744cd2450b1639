import { CNI_PORTS, holdsPorts, ROLE_PORTS, type InboundPort } from '../catalog/ports.ts';
import type { Profile, ResolvedProfile } from '../profile/profile.ts';
import { fill } from '../text/template.ts';
import { inLayer, rootFile, type Draft } from './draft.ts';
import type { Pieces } from './pieces.ts';

const draft = inLayer('profile');

export const FIREWALL_FILE = '/etc/bake/firewall.nft';

/**
 * A table of our own for what comes in; it never flushes or filters what kube-proxy and the network plugin write, nor
 * what is forwarded.
 */
export function planFirewall({ profile }: ResolvedProfile, pieces: Pieces): Draft[] {
  const { engine } = profile.system.firewall;
  if (engine === 'off') return [];
  const rules = {
    rules: [...roleRules(profile), ...ownRules(profile)].map((rule) => `    ${rule}`).join('\n'),
  };
  return [
    // The unit first: on a running machine the rules are loaded by restarting it.
    draft(['system', 'firewall'], {
      kind: 'unit',
      input: { unit: 'bake-firewall.service', content: pieces.firewallService },
    }),
    draft(
      ['system', 'firewall'],
      rootFile(FIREWALL_FILE, fill(pieces.firewallRules, rules), ['bake-firewall.service']),
    ),
    draft(['system', 'firewall'], {
      kind: 'service',
      input: { unit: 'bake-firewall.service', state: 'enabled', active: true },
    }),
  ];
}

/** Whether machines of the profile let somebody in on a TCP port. Pure. */
export function letsIn(profile: Profile, port: number): boolean {
  const { engine, allow } = profile.system.firewall;
  return (
    engine === 'off' ||
    [...inboundPorts(profile), ...allow].some(
      ({ port: open, protocol = 'tcp' }) =>
        protocol === 'tcp' && open !== undefined && holdsPorts(open, port),
    )
  );
}

function inboundPorts({ role, system }: Profile): InboundPort[] {
  return [
    ...ROLE_PORTS[role],
    ...(role === 'haproxy' ? [] : system.firewall.cni.flatMap((cni) => CNI_PORTS[cni])),
  ];
}

function roleRules(profile: Profile): string[] {
  const { nodes } = profile.system.firewall;
  // Two networks may share a port; the first names it.
  const unique = new Map(
    inboundPorts(profile)
      .map((port) => [matchOf(port), port] as const)
      .reverse(),
  );
  return [...unique].reverse().flatMap(([match, { purpose, from }]) => {
    const rule = `${match} accept comment ${nftString(purpose)}`;
    return from === 'nodes' && nodes.length > 0 ? comingFrom(nodes, rule) : [rule];
  });
}

/** The rule for what comes from these networks; nft keeps the two families of addresses apart. */
function comingFrom(networks: readonly string[], rule: string): string[] {
  const v4 = networks.filter((network) => !network.includes(':'));
  const v6 = networks.filter((network) => network.includes(':'));
  return [
    ...(v4.length > 0 ? [`ip saddr { ${v4.join(', ')} } ${rule}`] : []),
    ...(v6.length > 0 ? [`ip6 saddr { ${v6.join(', ')} } ${rule}`] : []),
  ];
}

/** By number (IANA protocol numbers): nft looks names up in a file that a machine may lack. */
const IP_PROTOCOLS = { ipip: 4, vrrp: 112 } as const;

function matchOf({ port, protocol }: InboundPort): string {
  return protocol === 'tcp' || protocol === 'udp'
    ? `${protocol} dport ${port}`
    : `meta l4proto ${IP_PROTOCOLS[protocol]}`;
}

function ownRules({ system }: Profile): string[] {
  return system.firewall.allow.flatMap(({ port, protocol = 'tcp', from, comment }) => {
    const rule = `${protocol} dport ${port} accept${comment === undefined ? '' : ` comment ${nftString(comment)}`}`;
    return from ? comingFrom(from, rule) : [rule];
  });
}

/** What nft(8) strings can't hold has been refused (src/profile/text.ts). */
const nftString = (value: string): string => `"${value}"`;
