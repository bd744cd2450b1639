import { holdsPorts, MASTER_LISTENERS } from '../../catalog/ports.ts';
import type { Diagnostic, Path } from '../../diagnostics/diagnostic.ts';
import { bitsOf, contains, familyOf, networkOf, unreachable } from '../addresses.ts';
import type { ClusterNode } from '../cluster.ts';
import { endpointAddressOf } from '../views.ts';
import { finding, placed, type ClusterRule, type Given } from './rule.ts';

const virtualPath = (given: Given): Path =>
  given.isWritten(['virtualIp', 'address']) ? ['virtualIp', 'address'] : ['virtualIp'];

export const virtualAddressIsNobodys: ClusterRule = (given) => {
  const { virtualIp } = given.cluster;
  if (!virtualIp) return [];
  return placed(given).flatMap(({ node, path }): Diagnostic[] => {
    if (!addressesOf(node).includes(virtualIp.address)) return [];
    const message = `the virtual address ${virtualIp.address} is that of ${node.name}, which would hold it for ever`;
    const related = [{ message: node.name, span: given.spanOf([...path, 'address']) }];
    return [
      finding(given, 'B605', virtualPath(given), message, { related, hint: 'take one that no machine has' }),
    ];
  });
};

/** Only where the networks of its holders are known: by a written prefix, or by their static networks. */
export const virtualAddressIsAtHome: ClusterRule = (given) => {
  const { virtualIp, nodes } = given.cluster;
  if (!virtualIp) return [];
  const holders = nodes.filter(({ role }) => role === (virtualIp.by === 'keepalived' ? 'haproxy' : 'master'));
  const named = virtualIp.by === 'keepalived' ? 'the balancers' : 'the masters';
  const networks = [...new Set(holders.flatMap((node) => node.network?.addresses.map(networkOf) ?? []))];
  if (networks.length > 0 && !networks.some((network) => contains(network, virtualIp.address)))
    return [
      finding(
        given,
        'B605',
        virtualPath(given),
        `${virtualIp.address} lies in no network of ${named} (${networks.join(', ')}), so nobody would find it`,
      ),
    ];
  if (virtualIp.prefix === bitsOf(virtualIp.address)) return [];
  const own = networkOf(`${virtualIp.address}/${virtualIp.prefix}`);
  const stranger = holders.find(
    ({ address }) => address !== undefined && familyOf(address) === familyOf(own) && !contains(own, address),
  );
  if (!stranger) return [];
  return [
    finding(
      given,
      'B605',
      virtualPath(given),
      `${virtualIp.address} is in ${own}, and ${stranger.name} at ${stranger.address} is not: it could not hold that address`,
    ),
  ];
};

export const staticNetworksAreWhole: ClusterRule = (given) =>
  placed(given).flatMap(({ node, path }) => {
    const { network, address, name } = node;
    if (!network) return [];
    const said: Diagnostic[] = [];
    const own = network.addresses.map((text) => text.split('/')[0]);
    if (address !== undefined && !own.includes(address))
      said.push(
        finding(
          given,
          'B605',
          [...path, 'address'],
          `${name} is reached at ${address}, and its static network gives it ${own.join(', ')}`,
          { hint: 'write the same address in both places, or leave out address' },
        ),
      );
    const { gateway } = network;
    if (gateway !== undefined && !network.addresses.some((text) => contains(networkOf(text), gateway)))
      said.push(
        finding(
          given,
          'B605',
          [...path, 'network', 'gateway'],
          `the gateway ${gateway} lies in no network of ${name} (${network.addresses.map(networkOf).join(', ')})`,
        ),
      );
    return said;
  });

/** A virtual address is on the machine that answers: with kube-vip on a master, where the API has its own port. */
export const portsMeet: ClusterRule = (given) => {
  const { endpoint, virtualIp, balancer, nodes } = given.cluster;
  const said: Diagnostic[] = [];
  const endpointPath: Path = given.isWritten(['endpoint', 'port']) ? ['endpoint', 'port'] : ['endpoint'];
  const endpointAddress = endpointAddressOf(given.cluster);
  const isMaster =
    endpointAddress !== undefined &&
    nodes.some(({ role, address }) => role === 'master' && address === endpointAddress);
  if ((virtualIp?.by === 'kube-vip' || isMaster) && endpoint.port !== balancer.apiPort)
    said.push(
      finding(
        given,
        'B605',
        given.isWritten(['endpoint']) ? endpointPath : ['balancer', 'apiPort'],
        `the endpoint’s port is ${endpoint.port} and masters listen at ${balancer.apiPort}, with nothing in between to translate`,
        { hint: 'write the same port in both places' },
      ),
    );
  const { stats } = balancer;
  if (stats?.port === endpoint.port && nodes.some(({ role }) => role === 'haproxy'))
    said.push(
      finding(
        given,
        'B605',
        given.isWritten(['balancer', 'stats', 'port']) ? ['balancer', 'stats', 'port'] : endpointPath,
        `the statistics page and the API can’t both have port ${stats.port} of the balancers`,
      ),
    );
  return said;
};

export const apiPortIsFree: ClusterRule = (given) => {
  const { balancer, kubeadm } = given.cluster;
  const taken = MASTER_LISTENERS.find(
    ({ port, who }) => holdsPorts(port, balancer.apiPort) && !(kubeadm.externalEtcd && who === 'etcd'),
  );
  if (!taken) return [];
  return [
    finding(
      given,
      'B605',
      ['balancer', 'apiPort'],
      `port ${balancer.apiPort} of masters is that of ${taken.who}, so the API server could not listen there`,
      { hint: 'take another, such as 6443' },
    ),
  ];
};

/** All balancers have the same statistics page; one listens in vain at an address that another machine has. */
export const statisticsAreOnEveryBalancer: ClusterRule = (given) => {
  const { balancer, nodes } = given.cluster;
  const { stats } = balancer;
  if (!stats || unreachable(stats.address) !== undefined) return [];
  const owner = nodes.find((node) => addressesOf(node).includes(stats.address));
  const stranger = nodes.find((node) => node.role === 'haproxy' && node !== owner);
  if (!owner || !stranger) return [];
  const message = `the statistics page is to be at ${stats.address} of every balancer, and that is the address of ${owner.name}: ${stranger.name} does not have it`;
  const hint =
    'leave it out (loopback, looked at through ssh -L), or take 0.0.0.0 or :: for all addresses of each';
  return [finding(given, 'B605', ['balancer', 'stats', 'address'], message, { hint })];
};

const addressesOf = ({ address, network }: ClusterNode): readonly (string | undefined)[] => [
  address,
  ...(network?.addresses ?? []).map((text) => text.split('/')[0]),
];

export const endpointIsTheVirtualAddress: ClusterRule = (given) => {
  const { endpoint, virtualIp, hosts } = given.cluster;
  if (!virtualIp) return [];
  const address = endpointAddressOf(given.cluster);
  if (address === undefined || address === virtualIp.address) return [];
  const entry = hosts.findIndex(({ names }) => names.includes(endpoint.host));
  return [
    finding(
      given,
      'B611',
      entry < 0 ? ['endpoint'] : ['hosts', entry],
      `the endpoint is at ${address}, so nothing uses the virtual address ${virtualIp.address}`,
    ),
  ];
};
