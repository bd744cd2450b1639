import { createHash } from 'node:crypto';
import type { Cluster, ClusterNode } from '../cluster/cluster.ts';
import { networkConfigOf, type NetworkConfig } from '../cluster/views.ts';
import type { SecretText } from '../secrets/secret-text.ts';
import { yamlText } from '../text/yaml.ts';

/** What cloud-init's NoCloud source reads, by the names of its files (cloud-init documentation, "NoCloud"). */
export interface SeedFiles {
  readonly 'user-data': SecretText;
  readonly 'meta-data': string;
  /** Absent with DHCP. */
  readonly 'network-config'?: string;
}

/** Who a named machine is. */
export interface Identity {
  readonly instanceId: string;
  readonly hostname: string;
  /** Absent with DHCP. */
  readonly network?: NetworkConfig;
}

/**
 * The instance's id comes from cluster, name and user-data: with other user-data cloud-init takes the machine for a new one, with
 * the same it does not.
 */
export function identityOf(cluster: Cluster, node: ClusterNode, userData: SecretText): Identity {
  const digest = createHash('sha256').update(userData).digest('hex').slice(0, 12);
  const network = networkConfigOf(node, cluster);
  return {
    instanceId: `${cluster.name}-${node.name}-${digest}`,
    hostname: node.name,
    ...(network ? { network } : {}),
  };
}

/** The seed of a named machine. */
export function seedFiles({ instanceId, hostname, network }: Identity, userData: SecretText): SeedFiles {
  return {
    'user-data': userData,
    'meta-data': yamlText({ 'instance-id': instanceId, 'local-hostname': hostname }),
    ...(network ? { 'network-config': yamlText({ ...network }) } : {}),
  };
}
