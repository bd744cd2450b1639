import type { Cluster } from '../cluster/cluster.ts';
import { openFile, type BalancerFile, type BalancerPieces } from './file.ts';
import { HAPROXY_CONFIG, haproxyConfig, type BalancerKnowledge } from './haproxy.ts';
import { CHECK_SCRIPT, KEEPALIVED_CONFIG, keepalivedConfig, TEST_ID } from './keepalived.ts';
import { caFile } from './machines.ts';
import { NGINX_CONFIG, nginxStreamConfig } from './nginx.ts';

/** The check script, the same on every balancer; it may be baked. */
export function checkScript(pieces: Pick<BalancerPieces, 'check'>): BalancerFile {
  return openFile(CHECK_SCRIPT, pieces.check, '0755');
}

/** Every file that makes one machine a balancer of this cluster. */
export function balancerFiles(
  cluster: Cluster,
  machine: string,
  knowledge: BalancerKnowledge,
  pieces: BalancerPieces,
): BalancerFile[] {
  const { engine } = cluster.balancer;
  const hasVirtualIp = cluster.virtualIp?.by === 'keepalived';
  return [
    engine === 'haproxy'
      ? haproxyConfig(cluster, machine, knowledge, pieces)
      : nginxStreamConfig(cluster, machine, pieces),
    ...(knowledge.ca === undefined ? [] : [openFile(caFile(engine), knowledge.ca)]),
    ...(hasVirtualIp ? [...keepalivedConfig(cluster, machine, knowledge, pieces), checkScript(pieces)] : []),
  ];
}

/** A service of a balancer, and the command that judges its configuration before it is started or reloaded. */
export interface BalancerService {
  readonly unit: string;
  readonly check: readonly string[];
}

/** In the order in which they start: an address is taken by a machine whose balancer is there. */
export function balancerServices({ balancer, virtualIp }: Cluster): BalancerService[] {
  return [
    balancer.engine === 'haproxy'
      ? { unit: 'haproxy.service', check: ['haproxy', '-c', '-f', HAPROXY_CONFIG] }
      : { unit: 'nginx.service', check: ['nginx', '-t', '-c', NGINX_CONFIG] },
    ...(virtualIp?.by === 'keepalived'
      ? [{ unit: 'keepalived.service', check: ['keepalived', '-t', '-i', TEST_ID, '-f', KEEPALIVED_CONFIG] }]
      : []),
  ];
}
