import type { Diagnostic, Path } from '../../diagnostics/diagnostic.ts';
import { isAddress, isBroadcastOf, isNetworkOf, unreachable } from '../addresses.ts';
import { finding, placed, type ClusterRule, type Given } from './rule.ts';

/** RFC 6761, 6.3, and what distributions have beside it in /etc/hosts: every machine means itself. */
const LOCAL_NAME = /^(?:localhost|localhost\.localdomain|ip6-localhost|ip6-loopback)$|\.localhost$/;

/** Source: kubeadm, VerifyAPIServerBindAddress, takes global unicast only; nobody else could be reached by another one either. */
function addressMistake(text: string): string | undefined {
  const [address = ''] = text.split('/');
  const kind = unreachable(address);
  if (kind !== undefined) return `${address} is ${kind}`;
  if (isBroadcastOf(text)) return `${address} is the broadcast address of its network`;
  return isNetworkOf(text) ? `${address} is that of its whole network` : undefined;
}

const nameMistake = (name: string): string | undefined =>
  LOCAL_NAME.test(name) ? `${name} is what every machine calls itself` : undefined;

const said = (given: Given, path: Path, mistake: string | undefined, hint: string): Diagnostic[] =>
  mistake === undefined
    ? []
    : [finding(given, 'B605', path, `${mistake}, so no other machine could reach it there`, { hint })];

const ADDRESS = 'give it an address of its network, such as 10.0.0.11';

export const nodesCanBeReached: ClusterRule = (given) =>
  placed(given).flatMap(({ node, path }) => [
    ...said(given, [...path, 'name'], nameMistake(node.name), 'give it a name of its own, such as master-1'),
    ...(node.address !== undefined && given.isWritten([...path, 'address'])
      ? said(given, [...path, 'address'], addressMistake(node.address), ADDRESS)
      : []),
    ...(node.network?.addresses ?? []).flatMap((text, i) =>
      said(given, [...path, 'network', 'addresses', i], addressMistake(text), ADDRESS),
    ),
  ]);

export const virtualAddressCanBeReached: ClusterRule = (given) => {
  const { virtualIp } = given.cluster;
  if (!virtualIp) return [];
  const path = given.isWritten(['virtualIp', 'address']) ? ['virtualIp', 'address'] : ['virtualIp'];
  const hint = 'take a free address of the network of the machines that hold it';
  return said(given, path, addressMistake(`${virtualIp.address}/${virtualIp.prefix}`), hint);
};

export const endpointCanBeReached: ClusterRule = (given) => {
  const { host } = given.cluster.endpoint;
  if (!given.isWritten(['endpoint'])) return [];
  const path = given.isWritten(['endpoint', 'host']) ? ['endpoint', 'host'] : ['endpoint'];
  const mistake = isAddress(host) ? addressMistake(host) : nameMistake(host);
  return said(given, path, mistake, 'name what machines and people reach the API by, from wherever they are');
};
