import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { NOWHERE } from '../complete.ts';
import { finding, placed, type ClusterRule } from './rule.ts';

export const thereIsAMaster: ClusterRule = (given) =>
  given.cluster.nodes.some(({ role }) => role === 'master') || (given.file.counts?.master ?? 0) > 0
    ? []
    : [
        finding(given, 'B601', ['nodes'], 'no node is a master, so nobody starts the cluster', {
          at: 'key',
          hint: '- {name: master-1, role: master, address: 10.0.0.11}',
        }),
      ];

/** Their addresses stand in certificates, in etcd's membership and in haproxy.cfg before the machines are there. */
export const mastersAndBalancersHaveAddresses: ClusterRule = (given) =>
  placed(given).flatMap(({ node, path }) =>
    node.role === 'worker' || node.address !== undefined
      ? []
      : [
          finding(given, 'B601', path, `${node.name} is a ${node.role} and has no address`, {
            hint: 'give it an address, and see to it that it gets that one (network: {addresses: [...]}, or DHCP)',
          }),
        ],
  );

const WHY = {
  master:
    'with static discovery each master must be named: the first of the file starts the cluster and the others wait for it, so a machine must know which one it is',
  haproxy: 'each balancer must be named: the others reach it by its address (VRRP)',
} as const;

export const onlyWorkersAreCounted: ClusterRule = (given) =>
  (['master', 'haproxy'] as const).flatMap((role) => {
    if ((given.file.counts?.[role] ?? 0) === 0) return [];
    return [
      finding(given, 'B608', ['counts', role], WHY[role], {
        at: 'key',
        hint: `list each under nodes, with role ${role} and an address`,
      }),
    ];
  });

export const standaloneIsAlone: ClusterRule = (given) =>
  given.file.nodes.flatMap(({ role, name }, i) => {
    const others = given.cluster.nodes.length - 1 + (given.cluster.counts.worker ?? 0);
    if (role !== 'standalone' || others === 0) return [];
    const message = `${name} is standalone, a whole cluster by itself, and there ${others === 1 ? 'is 1 other machine' : `are ${others} others`}`;
    return [finding(given, 'B606', ['nodes', i, 'role'], message, { hint: 'write role: master' })];
  });

export const endpointIsKnown: ClusterRule = (given) => {
  const { endpoint, nodes } = given.cluster;
  const masters = nodes.filter(({ role }) => role === 'master');
  // With one master and no address for it, that is the mistake to mend.
  if (endpoint.host !== NOWHERE || masters.length < 2) return [];
  return [
    finding(
      given,
      'B601',
      ['nodes'],
      `${masters.length} masters and no endpoint: nobody knows by what to reach the API`,
      {
        at: 'key',
        hint: 'add virtualIp: ADDRESS, or endpoint: NAME:6443 of a load balancer that you have',
      },
    ),
  ];
};

/** cloud-init matches an interface by its name or its MAC address. */
export const staticNetworksHaveAnInterface: ClusterRule = (given) =>
  placed(given).flatMap(({ node, path }): Diagnostic[] => {
    if (!node.network || node.mac !== undefined || node.interface !== undefined) return [];
    return [
      finding(
        given,
        'B601',
        [...path, 'network'],
        `${node.name} has a static network and neither interface nor mac to say whose it is`,
        { at: 'key', hint: 'add mac: 52:54:00:..., or interface: eth0' },
      ),
    ];
  });
