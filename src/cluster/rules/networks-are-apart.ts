import { hostNetwork, isAddress, networkOf, overlap } from '../addresses.ts';
import type { Diagnostic, Path } from '../../diagnostics/diagnostic.ts';
import { entryPath, finding, type ClusterRule, type Given } from './rule.ts';

interface Named {
  /** As messages say it: `the network of pods`. */
  readonly what: string;
  readonly network: string;
  readonly path: Path;
}

const clusterNetworks = (given: Given, kind: 'pods' | 'services'): Named[] =>
  given.cluster.networks[kind].map((network, i) => ({
    what: `the network of ${kind}`,
    network: networkOf(network),
    path: entryPath(given, ['networks', kind], i),
  }));

/** What machines reach by way of their own network, and would look for inside of the cluster otherwise. */
function outside(given: Given): Named[] {
  const { nodes, virtualIp, endpoint, dns, hosts } = given.cluster;
  return [
    ...nodes.flatMap((node, i) => [
      ...(node.network?.addresses ?? []).map((text, j) => ({
        what: `the network of ${node.name}`,
        network: networkOf(text),
        path: ['nodes', i, 'network', 'addresses', j],
      })),
      ...(node.address === undefined || node.network
        ? []
        : [
            {
              what: `the address of ${node.name}`,
              network: hostNetwork(node.address),
              path: ['nodes', i, 'address'],
            },
          ]),
    ]),
    ...(virtualIp
      ? [
          {
            what: 'the network of the virtual address',
            network: networkOf(`${virtualIp.address}/${virtualIp.prefix}`),
            path: given.isWritten(['virtualIp', 'address']) ? ['virtualIp', 'address'] : ['virtualIp'],
          },
        ]
      : []),
    ...(isAddress(endpoint.host) && given.isWritten(['endpoint']) && endpoint.host !== virtualIp?.address
      ? [{ what: 'the endpoint', network: hostNetwork(endpoint.host), path: ['endpoint'] }]
      : []),
    ...dns.servers.map((address, i) => ({
      what: 'the DNS server',
      network: hostNetwork(address),
      path: given.isWritten(['dns', 'servers', i]) ? ['dns', 'servers', i] : ['dns', i],
    })),
    ...hosts.map(({ address, names }, i) => ({
      what: names[0] ?? address,
      network: hostNetwork(address),
      path: ['hosts', i],
    })),
  ];
}

export const networksAreApart: ClusterRule = (given) => {
  const pods = clusterNetworks(given, 'pods');
  const services = clusterNetworks(given, 'services');
  const inner = [...pods, ...services];
  const between = pods.flatMap((one) =>
    services.filter((other) => overlap(one.network, other.network)).map((other) => clash(given, one, other)),
  );
  // One machine is enough to say that a network is taken.
  const others = outside(given);
  const beyond = inner.flatMap((one) => {
    const other = others.find(({ network }) => overlap(network, one.network));
    return other ? [clash(given, one, other)] : [];
  });
  return [...between, ...beyond];
};

/** Pointed at is what is easier to change: the cluster's own network, or, where that is a default, what was written. */
function clash(given: Given, inner: Named, other: Named): Diagnostic {
  const [at, about] = given.isWritten(inner.path) ? [inner, other] : [other, inner];
  const verb =
    at.network === about.network
      ? 'is also'
      : prefixOf(at.network) < prefixOf(about.network)
        ? 'holds'
        : 'lies in';
  const default_ = given.isWritten(about.path) ? '' : ', the default';
  const related = given.isWritten(about.path)
    ? [{ message: about.what, span: given.spanOf(about.path) }]
    : undefined;
  const message = `${at.what}, ${shown(at.network)}, ${verb} ${about.what}, ${shown(about.network)}${default_}`;
  const hint =
    default_ === ''
      ? 'choose networks that nobody else uses'
      : `set networks.${about.what.split(' ').at(-1)} to another one`;
  return finding(given, 'B602', at.path, message, { hint, ...(related ? { related } : {}) });
}

const prefixOf = (network: string): number => Number(network.split('/')[1]);
const shown = (network: string): string => network.replace(/^([0-9.]+)\/32$|^(.*:.*)\/128$/, '$1$2');
