import { knownAddon } from '../../catalog/addons.ts';
import { isLoopback } from '../addresses.ts';
import { endpointAddressOf } from '../views.ts';
import { finding, type ClusterRule } from './rule.ts';

const DAY = 86_400;

/** etcd works while more than half of its members do: 2 of 2, 2 of 3, 3 of 4. Source: etcd.io, "Failure tolerance". */
export const mastersAreOdd: ClusterRule = (given) => {
  const { nodes, kubeadm } = given.cluster;
  const [count, path, what] = kubeadm.externalEtcd
    ? ([
        kubeadm.externalEtcd.endpoints.length,
        ['kubeadm', 'externalEtcd', 'endpoints'],
        'etcd members',
      ] as const)
    : ([nodes.filter(({ role }) => role === 'master').length, ['nodes'], 'masters'] as const);
  if (count === 0 || count % 2 === 1) return [];
  const lost = count / 2 - 1;
  return [
    finding(
      given,
      'B611',
      path,
      `${count} ${what} survive the loss of ${lost === 0 ? 'none' : lost}, as ${count - 1} would: etcd needs more than half of its members`,
      { at: 'key', hint: `take ${count - 1} or ${count + 1}` },
    ),
  ];
};

export const balancersShareAnAddress: ClusterRule = (given) => {
  const { nodes, virtualIp } = given.cluster;
  const balancers = nodes.filter(({ role }) => role === 'haproxy');
  const at = nodes.findIndex(({ role }) => role === 'haproxy');
  if (balancers.length === 0) return [];
  const path = ['nodes', at, 'role'];
  if (!virtualIp)
    return [
      finding(
        given,
        'B611',
        path,
        'there are haproxy machines and no virtual address: when the one that the endpoint leads to fails, nobody takes over',
        {
          hint: 'add virtualIp: ADDRESS',
        },
      ),
    ];
  if (balancers.length > 1) return [];
  return [
    finding(
      given,
      'B611',
      path,
      `${balancers[0]?.name} is the only balancer: when it fails, the API can’t be reached`,
      {
        hint: 'add a second haproxy machine',
      },
    ),
  ];
};

export const endpointIsNotOneMaster: ClusterRule = (given) => {
  const endpointAddress = endpointAddressOf(given.cluster);
  const masters = given.cluster.nodes.filter(({ role }) => role === 'master');
  const one = masters.find(({ address }) => address !== undefined && address === endpointAddress);
  if (!one || masters.length === 1) return [];
  return [
    finding(
      given,
      'B611',
      ['endpoint'],
      `the endpoint is ${one.name} alone: when it fails, the other masters are of no use`,
      {
        hint: 'add virtualIp: ADDRESS, or use the name of a load balancer',
      },
    ),
  ];
};

/** `addons: []` says that the network comes by another way. */
export const podsHaveANetwork: ClusterRule = (given) => {
  if (given.isWritten(['addons'])) {
    const { addons } = given.cluster;
    const isUnknown = addons.some(({ name, kind }) => kind === 'manifest' && !knownAddon(name));
    const hasNetwork = addons.some(({ name }) => {
      const known = knownAddon(name);
      return known?.kind === 'manifest' && known.isNetwork;
    });
    if (addons.length === 0 || hasNetwork || isUnknown) return [];
  }
  return [
    finding(
      given,
      'B611',
      ['addons'],
      'no add-on gives pods a network: nodes stay NotReady until there is one',
      {
        at: 'key',
        hint: 'add flannel, calico or cilium to addons; addons: [] says that it comes by another way',
      },
    ),
  ];
};

export const timesAreShort: ClusterRule = (given) => {
  const { initWindow, tokenTtl } = given.cluster.discovery;
  const said = [];
  if (initWindow > DAY)
    said.push(
      finding(
        given,
        'B611',
        ['discovery', 'initWindow'],
        'for more than a day the first master, rebuilt and cut off from the others, could start a second cluster',
        { hint: 'an hour is enough to switch machines on' },
      ),
    );
  if (tokenTtl > 7 * DAY)
    said.push(
      finding(
        given,
        'B504',
        ['discovery', 'tokenTtl'],
        'whoever sees user-data of a machine can join the cluster for more than a week',
        {
          hint: '`bake secrets rotate` makes a new token when machines are added',
        },
      ),
    );
  if (tokenTtl < initWindow)
    said.push(
      finding(
        given,
        'B611',
        ['discovery', given.isWritten(['discovery', 'tokenTtl']) ? 'tokenTtl' : 'initWindow'],
        'the token ends before the time in which the cluster may start, so a late cluster would get no other machine',
      ),
    );
  return said;
};

/** HTTP without TLS: the password of the page can be read on its way. */
export const statisticsStayAtHome: ClusterRule = (given) => {
  const address = given.cluster.balancer.stats?.address;
  if (address === undefined || isLoopback(address)) return [];
  return [
    finding(
      given,
      'B504',
      ['balancer', 'stats', 'address'],
      'the statistics page has no TLS, so its password can be read on the way',
      {
        hint: 'leave it at loopback and look at it through ssh -L',
      },
    ),
  ];
};

/** Almost everything that machines fetch is at https:// addresses, and a proxy for http:// is none for those. */
export const proxyIsForHttps: ClusterRule = (given) => {
  const { proxy } = given.cluster;
  if (proxy?.http === undefined || proxy.https !== undefined) return [];
  const message =
    'only http:// addresses go through the proxy: images and most packages are at https:// ones';
  return [finding(given, 'B611', ['proxy', 'http'], message, { hint: `add https: ${proxy.http}` })];
};
