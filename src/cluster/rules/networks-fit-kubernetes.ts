import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { bitsOf, familyOf, networkOf, type Family } from '../addresses.ts';
import { entryPath, finding, placed, type ClusterRule, type Given } from './rule.ts';

const KINDS = ['pods', 'services'] as const;
const NAMES: Readonly<Record<Family, string>> = { ipv4: 'IPv4', ipv6: 'IPv6' };

/** `10.244.1.0/16` names an address in a network; what the person meant is not for us to guess. */
export const networksBeginAtTheirStart: ClusterRule = (given) =>
  KINDS.flatMap((kind) =>
    given.cluster.networks[kind].flatMap((network, i) => {
      const whole = networkOf(network);
      if (network === whole) return [];
      const message = `${network} is an address in the network ${whole}, not a network`;
      return [
        finding(given, 'B603', entryPath(given, ['networks', kind], i), message, { hint: `write ${whole}` }),
      ];
    }),
  );

/** Source: kubeadm's validation of networking, and of dual stack (kubernetes.io, "Dual-stack support with kubeadm", 2026). */
export const pairsHaveBothFamilies: ClusterRule = (given) => {
  const { pods, services } = given.cluster.networks;
  const uneven = KINDS.filter((kind) => {
    const [first, second] = given.cluster.networks[kind];
    return first !== undefined && second !== undefined && familyOf(first) === familyOf(second);
  });
  if (uneven.length > 0)
    return uneven.map((kind) =>
      finding(
        given,
        'B603',
        ['networks', kind, 1],
        `both networks of ${kind} are ${NAMES[familyOf(given.cluster.networks[kind][0] ?? '')]}; a pair is one of each family`,
      ),
    );
  const [podFamily, serviceFamily] = [pods, services].map((list) => familyOf(list[0] ?? ''));
  if (services.length > pods.length)
    return [
      finding(
        given,
        'B603',
        ['networks', 'services'],
        'Services have two families and pods one: no pod could be reached by the second',
        {
          hint: 'give pods a network of each family',
        },
      ),
    ];
  if (podFamily !== serviceFamily && podFamily && serviceFamily)
    return [
      finding(
        given,
        'B603',
        ['networks', given.isWritten(['networks', 'pods']) ? 'pods' : 'services'],
        `the first network of pods is ${NAMES[podFamily]} and that of Services ${NAMES[serviceFamily]}; the first of both is the primary family`,
      ),
    ];
  return [];
};

/** Source: kubeadm's constants (MaximumBitsForServiceSubnet, MinimumAddressesInServiceSubnet) and their validation. */
export const servicesHaveAFitSize: ClusterRule = (given) =>
  given.cluster.networks.services.flatMap((network, i) => {
    const bits = bitsOf(network);
    const prefix = prefixOf(network);
    const path = entryPath(given, ['networks', 'services'], i);
    if (prefix < bits - 20)
      return [
        finding(
          given,
          'B603',
          path,
          `${network} is too large for Services: ${NAMES[familyOf(network)]} takes /${bits - 20} or smaller [kubeadm]`,
        ),
      ];
    if (prefix > bits - 4)
      return [
        finding(
          given,
          'B603',
          path,
          `${network} is too small for Services: the tenth address is that of the cluster’s DNS [kubeadm]`,
          { hint: `take /${bits - 8} or larger` },
        ),
      ];
    return [];
  });

/** Every node gets a network out of that of pods. Source: kubeadm's ValidatePodSubnetNodeMask, PodSubnetNodeMaskMaxDiff. */
export const podsHaveAFitSize: ClusterRule = (given) =>
  given.cluster.networks.pods.flatMap((network, i) => {
    const mask = nodeMask(given, familyOf(network));
    if (mask === undefined) return [];
    const prefix = prefixOf(network);
    const path = entryPath(given, ['networks', 'pods'], i);
    const each = `each node gets a /${mask} of it`;
    if (prefix > mask)
      return [
        finding(given, 'B603', path, `${network} is too small for pods: ${each} [kubeadm]`, {
          hint: MASK_HINT,
        }),
      ];
    if (mask - prefix > 16)
      return [
        finding(
          given,
          'B603',
          path,
          `${network} is too large for pods: ${each}, and more than 65536 such parts are not kept track of [kubeadm]`,
          { hint: `take a /${mask - 16}` },
        ),
      ];
    const nodes =
      given.cluster.nodes.filter(({ role }) => role !== 'haproxy').length +
      (given.cluster.counts.worker ?? 0);
    if (nodes <= 2 ** (mask - prefix)) return [];
    return [
      finding(
        given,
        'B603',
        path,
        `${network} is too small for ${nodes} nodes: ${each}, so there is room for ${2 ** (mask - prefix)}`,
        { hint: MASK_HINT },
      ),
    ];
  });

const MASK_HINT =
  'take a larger network, or set node-cidr-mask-size under kubeadm.extraArgs.controllerManager';

/** kube-controller-manager's defaults, or what its flags say; `undefined` where a flag is no number, which is its own to refuse. */
function nodeMask(given: Given, family: Family): number | undefined {
  const flags = given.cluster.kubeadm.extraArgs.controllerManager;
  const both = given.cluster.networks.pods.length > 1;
  const written = both ? flags[`node-cidr-mask-size-${family}`] : flags['node-cidr-mask-size'];
  const mask = Number(written ?? (family === 'ipv4' ? 24 : 64));
  return Number.isInteger(mask) ? mask : undefined;
}

/** Source: kube-apiserver refuses an advertise address of another family than its first network of Services. */
export const mastersSpeakThePrimaryFamily: ClusterRule = (given) => {
  const primary = familyOf(given.cluster.networks.services[0] ?? '');
  return placed(given).flatMap(({ node, path }): Diagnostic[] => {
    if (node.role !== 'master' || node.address === undefined || familyOf(node.address) === primary) return [];
    return [
      finding(
        given,
        'B603',
        [...path, given.isWritten([...path, 'address']) ? 'address' : 'network'],
        `${node.address} is ${NAMES[familyOf(node.address)]} and the first network of Services ${NAMES[primary]}: the API server would not start`,
        { hint: 'give the master an address of that family, or put the other network first' },
      ),
    ];
  });
};

const prefixOf = (network: string): number => Number(network.split('/')[1]);
