import { isIPv4, isIPv6 } from 'node:net';
import type { Diagnostic, Path } from '../../diagnostics/diagnostic.ts';
import type { ResolvedProfile } from '../../profile/profile.ts';
import { finding, type Rule } from './rule.ts';

/** The shape lets through what looks like ports and addresses; here they must be some. */
export const firewallRulesAreReal: Rule = (resolved) => {
  const { nodes, allow } = resolved.profile.system.firewall;
  const own = ['system', 'firewall'];
  return [
    ...networksAreReal(resolved, [...own, 'nodes'], nodes),
    ...allow.flatMap(({ port, from = [] }, i) => {
      const path = [...own, 'allow', i];
      const message = `${port} is no range of ports: it must ascend within 1-65535`;
      return [
        ...(typeof port === 'number' || isRange(port)
          ? []
          : [finding(resolved, 'B203', [...path, 'port'], message)]),
        ...networksAreReal(resolved, [...path, 'from'], from),
      ];
    }),
  ];
};

function networksAreReal(resolved: ResolvedProfile, path: Path, networks: readonly string[]): Diagnostic[] {
  return networks.flatMap((network, i) =>
    isNetwork(network)
      ? []
      : [
          finding(resolved, 'B203', [...path, i], `${network} is no address or network`, {
            hint: 'write 10.0.0.0/8 or fd00::/8',
          }),
        ],
  );
}

function isRange(port: string): boolean {
  const [from = 0, to = 0] = port.split('-').map(Number);
  return from >= 1 && from < to && to <= 65535;
}

function isNetwork(text: string): boolean {
  const [address = '', prefix] = text.split('/');
  const bits = prefix === undefined ? 0 : Number(prefix);
  return (isIPv4(address) && bits <= 32) || (isIPv6(address) && bits <= 128);
}
