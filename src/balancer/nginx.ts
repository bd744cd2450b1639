import type { Cluster } from '../cluster/cluster.ts';
import { familyOf } from '../cluster/addresses.ts';
import { fill } from '../text/template.ts';
import { openFile, type BalancerFile, type BalancerPieces } from './file.ts';
import { alivePort, atPort, balancerNamed, listenAddresses, LOOPBACK, mastersOf } from './machines.ts';

export const NGINX_CONFIG = '/etc/nginx/nginx.conf';

/**
 * nginx.conf with a stream that passes TCP through, for nginx 1.18 and newer with its stream module. Checks are passive: a
 * master is left out for a while once a connection to it has failed.
 * Addresses and ports have their form already, and nothing else of the cluster stands in the file.
 */
export function nginxStreamConfig(
  cluster: Cluster,
  machine: string,
  pieces: Pick<BalancerPieces, 'nginx'>,
): BalancerFile {
  const { endpoint, balancer } = cluster;
  const text = fill(pieces.nginx, {
    cluster: cluster.name,
    listens: nginxListens(listenAddresses(cluster, balancerNamed(cluster, machine)), endpoint.port),
    alive: atPort(LOOPBACK, alivePort(cluster)),
    masters: mastersOf(cluster).map(({ address }) => atPort(address, balancer.apiPort)),
  });
  return openFile(NGINX_CONFIG, text);
}

/**
 * nginx can bind an IPv6 address that it does not hold only with a kernel setting, so it listens at all of them instead.
 */
function nginxListens(addresses: readonly string[], port: number): string[] {
  const v4 = addresses
    .filter((address) => familyOf(address) === 'ipv4')
    .map((address) => atPort(address, port));
  return v4.length === addresses.length ? v4 : [...v4, `[::]:${port} ipv6only=on`];
}
