import type { Cluster, ClusterNode } from '../cluster/cluster.ts';
import type { PlacedFile } from './placed-files.ts';

/** What the cluster file says of the world around the machine: its clock, its names. */
export function settingsFiles(cluster: Cluster, node: ClusterNode | undefined): PlacedFile[] {
  return [...timeFiles(cluster), ...nameFiles(cluster, node)];
}

/**
 * The image's own servers stay behind these as a second choice (chrony.conf(5): prefer, confdir). An address is a line of
 * its own in the cluster file, so it needs no quotes.
 */
function timeFiles({ ntp }: Cluster): PlacedFile[] {
  if (ntp.length === 0) return [];
  const lines = ntp.map((server) => `server ${server} iburst prefer\n`);
  return [
    rootFile('/etc/chrony/conf.d/50-bake-cluster.conf', `# Written by bake.\n${lines.join('')}`, [
      'chrony.service',
    ]),
  ];
}

/** Servers of the whole machine, beside those that DHCP gives to an interface (resolved.conf(5)). */
function nameFiles({ dns }: Cluster, node: ClusterNode | undefined): PlacedFile[] {
  const own = node?.network?.nameservers ?? [];
  const servers = own.length > 0 ? own : dns.servers;
  const lines = [
    ...(servers.length === 0 ? [] : [`DNS=${servers.join(' ')}\n`]),
    ...(dns.search.length === 0 ? [] : [`Domains=${dns.search.join(' ')}\n`]),
  ];
  if (lines.length === 0) return [];
  return [
    rootFile(
      '/etc/systemd/resolved.conf.d/50-bake.conf',
      `# Written by bake.\n[Resolve]\n${lines.join('')}`,
      ['systemd-resolved.service'],
    ),
  ];
}

const rootFile = (path: string, text: string, units: readonly string[]): PlacedFile => ({
  path,
  mode: '0644',
  owner: 'root',
  group: 'root',
  text,
  units,
});
