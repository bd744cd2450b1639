import type { Cluster } from '../cluster/cluster.ts';
import { familyOf } from '../cluster/addresses.ts';
import type { ClusterSecrets } from '../secrets/cluster-secrets.ts';
import { haproxyWord } from '../text/haproxy.ts';
import { fill } from '../text/template.ts';
import type { BalancerFile, BalancerPieces } from './file.ts';
import {
  alivePort,
  API_SERVER_NAME,
  atPort,
  balancerNamed,
  caFile,
  listenAddresses,
  LOOPBACK,
  mastersOf,
} from './machines.ts';

export const HAPROXY_CONFIG = '/etc/haproxy/haproxy.cfg';

/** Who may look at the statistics page, with the password of the secrets file. */
export const STATS_USER = 'admin';

/** What is known of the cluster beyond its file. */
export interface BalancerKnowledge {
  readonly secrets: Pick<ClusterSecrets, 'vrrpPassword' | 'statsPassword'>;
  /**
   * PEM of the cluster's CA, where it is known before the cluster is. Without it the checks of the balancer believe any
   * certificate: they decide where connections go, while every client verifies for itself whom it has reached.
   */
  readonly ca?: string;
}

/**
 * haproxy.cfg for 2.4 and newer: passes TCP through to the masters that answer /readyz. It holds the password of the
 * statistics page, so it is for root and haproxy's group alone.
 */
export function haproxyConfig(
  cluster: Cluster,
  machine: string,
  { secrets, ca }: BalancerKnowledge,
  pieces: Pick<BalancerPieces, 'haproxy'>,
): BalancerFile {
  const { stats, apiPort } = cluster.balancer;
  const text = fill(pieces.haproxy, {
    cluster: cluster.name,
    binds: listenAddresses(cluster, balancerNamed(cluster, machine)).map((address) =>
      bind(cluster, address, cluster.endpoint.port),
    ),
    alive: haproxyWord(atPort(LOOPBACK, alivePort(cluster))),
    apiName: API_SERVER_NAME,
    verify:
      ca === undefined
        ? 'verify none'
        : `verify required ca-file ${caFile('haproxy')} verifyhost ${API_SERVER_NAME}`,
    masters: mastersOf(cluster).map(
      ({ name, address }) => `${haproxyWord(name)} ${haproxyWord(atPort(address, apiPort))}`,
    ),
    stats: stats
      ? {
          bind: bind(cluster, stats.address, stats.port),
          auth: haproxyWord(`${STATS_USER}:${secrets.statsPassword}`),
        }
      : null,
  });
  return {
    path: HAPROXY_CONFIG,
    mode: '0640',
    owner: 'root',
    group: 'haproxy',
    text,
    secret: stats !== undefined,
  };
}

/**
 * The virtual address is bound also where it is not held. For IPv4 the image allows that (net.ipv4.ip_nonlocal_bind); for
 * IPv6 haproxy asks the kernel itself, which it may as root.
 */
function bind({ virtualIp }: Cluster, address: string, port: number): string {
  const isForeign = address === virtualIp?.address && familyOf(address) === 'ipv6';
  return `${haproxyWord(atPort(address, port))}${isForeign ? ' transparent' : ''}`;
}
