import type { Cluster, ClusterNode } from '../cluster/cluster.ts';
import { noProxyOf } from '../cluster/views.ts';
import type { RuntimeFacts } from '../kubeadm/input.ts';
import { systemdWord } from '../text/systemd.ts';
import type { PlacedFile } from './placed-files.ts';

/** What the cluster file says of the world around the machine: its way out, its clock, its names. */
export function settingsFiles(
  cluster: Cluster,
  node: ClusterNode | undefined,
  runtime: RuntimeFacts | undefined,
): PlacedFile[] {
  return [...proxyFiles(cluster, runtime), ...timeFiles(cluster), ...nameFiles(cluster, node)];
}

/** What fetches images, and what asks it to. A balancer fetches nothing. */
const PROXIED: Readonly<Record<RuntimeFacts['engine'], readonly string[]>> = {
  containerd: ['containerd.service', 'kubelet.service'],
  docker: ['docker.service', 'cri-docker.service', 'kubelet.service'],
};

/** The cluster file takes no proxy with a password, so anybody may read them. */
function proxyFiles(cluster: Cluster, runtime: RuntimeFacts | undefined): PlacedFile[] {
  const variables = proxyVariables(cluster);
  if (variables.length === 0 || !runtime) return [];
  const lines = variables.map(([name, value]) => `Environment=${systemdWord(`${name}=${value}`)}\n`);
  const text = `# Written by bake.\n[Service]\n${lines.join('')}`;
  return PROXIED[runtime.engine].map((unit) =>
    rootFile(`/etc/systemd/system/${unit}.d/http-proxy.conf`, text, [unit]),
  );
}

/** As Go's programs read them (golang.org/x/net/http/httpproxy); empty where there is no proxy. */
export function proxyVariables(cluster: Cluster): [name: string, value: string][] {
  const { proxy } = cluster;
  if (!proxy) return [];
  return [
    ...(proxy.http === undefined ? [] : [['HTTP_PROXY', proxy.http] as [string, string]]),
    ...(proxy.https === undefined ? [] : [['HTTPS_PROXY', proxy.https] as [string, string]]),
    ['NO_PROXY', noProxyOf(cluster).join(',')],
  ];
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
