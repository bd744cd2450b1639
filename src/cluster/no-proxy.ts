import { bitsOf, contains, familyOf, isAddress, isInternal, networkOf, parsePrefixed } from './addresses.ts';
import type { Cluster } from './cluster.ts';
import { hostsEntriesOf } from './views.ts';

/** Where platforms answer questions of their machines: most of them, and Alibaba Cloud (cloud-init documentation, datasources). */
const METADATA_SERVICES = ['169.254.169.254', '100.100.100.200'];

/**
 * Who is reached without the proxy: this machine, the platform, the cluster's names, addresses and networks, what /etc/hosts leads to
 * within, then what the file says. Empty where there is no proxy. Joined by commas it is NO_PROXY.
 *
 * Go's programs (containerd, Docker, the kubelet, kubectl) take networks, curl does from 7.86 on, and apt not at all: so every address
 * that is known stands here, too.
 */
export function noProxyOf(cluster: Cluster): string[] {
  const { proxy, endpoint, virtualIp, nodes, networks, hosts, kubeadm } = cluster;
  if (!proxy) return [];
  const hasIpv6 = [...networks.pods, ...networks.services].some((network) => familyOf(network) === 'ipv6');
  const isElsewhere = (one: string): boolean =>
    hosts.some(({ address }) => address === one) && !isInternal(one);
  const all = [
    'localhost',
    '127.0.0.1',
    ...(hasIpv6 ? ['::1'] : []),
    ...METADATA_SERVICES,
    endpoint.host,
    ...(virtualIp ? [virtualIp.address] : []),
    ...nodes.flatMap(({ name, address }) => [name, ...(address === undefined ? [] : [address])]),
    ...hostsEntriesOf(cluster).flatMap(({ address, names }) =>
      isElsewhere(address) ? [] : [address, ...names],
    ),
    ...(kubeadm.externalEtcd?.endpoints.map((url) => new URL(url).hostname.replace(/^\[|\]$/g, '')) ?? []),
    ...(virtualIp && virtualIp.prefix < bitsOf(virtualIp.address)
      ? [networkOf(`${virtualIp.address}/${virtualIp.prefix}`)]
      : []),
    ...nodes.flatMap(({ network }) => network?.addresses.map(networkOf) ?? []),
    ...networks.pods,
    ...networks.services,
    '.svc',
    `.${networks.dnsDomain}`,
    ...proxy.noProxy,
  ];
  return [...new Set(all)];
}

/** Whether a list for NO_PROXY covers a host, as Go's programs read it (golang.org/x/net/http/httpproxy). */
export function isDirect(noProxy: readonly string[], host: string): boolean {
  return noProxy.some((entry) => {
    if (entry === '*' || entry === host) return true;
    if (isAddress(host)) return parsePrefixed(entry) !== undefined && contains(entry, host);
    return entry.startsWith('.') ? host.endsWith(entry) : host.endsWith(`.${entry.replace(/^\*\./, '')}`);
  });
}
