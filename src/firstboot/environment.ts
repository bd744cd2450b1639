import { minorNumber } from '../catalog/kubeadm.ts';
import { firstMaster, nodesOf } from '../cluster/views.ts';
import { runtimeSocketFile } from '../plan/runtime.ts';
import { shellQuote } from '../text/shell.ts';
import type { MachineInput } from './machine.ts';
import { proxyVariables } from './proxy.ts';

/** Seconds that a machine waits for its cluster before it says that it gave up (and tries again a minute later). */
const WAIT_LIMIT = 3600;

/**
 * `machine.env`: what userdata/firstboot sources. No secret is in it but the password of a proxy. Times are seconds since the epoch, out of the secrets
 * file.
 */
export function machineEnvironment(
  { cluster, secrets, role, node, kubernetes }: MachineInput,
  args: { readonly init: readonly string[]; readonly join: readonly string[] },
): string {
  const { endpoint, balancer, kubeadm } = cluster;
  const masters = nodesOf(cluster, 'master').map(({ name, address }) => `${name} ${address ?? ''}`);
  const text = (name: string, value: string | number): string => `${name}=${shellQuote(String(value))}`;
  const list = (name: string, values: readonly string[]): string =>
    `${name}=(${values.map(shellQuote).join(' ')})`;
  const lines = [
    text('BAKE_ROLE', role),
    text('BAKE_CLUSTER', cluster.name),
    // A machine that nobody names has the name that its platform gave it.
    node ? text('BAKE_NODE', node.name) : 'BAKE_NODE=$(hostname | tr "[:upper:]" "[:lower:]")',
    text('BAKE_ADDRESS', node?.address ?? ''),
    text('BAKE_INTERFACE', node?.interface ?? ''),
    text('BAKE_ENDPOINT_HOST', endpoint.host),
    text('BAKE_ENDPOINT_PORT', endpoint.port),
    text('BAKE_API_PORT', balancer.apiPort),
    list('BAKE_MASTERS', masters),
    text('BAKE_MAY_INITIALISE', node && node.name === firstMaster(cluster).name ? 'yes' : 'no'),
    text('BAKE_NOT_BEFORE', epoch(secrets.created)),
    text('BAKE_INIT_UNTIL', epoch(secrets.initUntil)),
    text('BAKE_WAIT_LIMIT', WAIT_LIMIT),
    // The public part of it (kubernetes.io "Authenticating with bootstrap tokens").
    text('BAKE_TOKEN_ID', secrets.bootstrapToken.token.split('.')[0] ?? ''),
    text('BAKE_ETCD', kubeadm.externalEtcd ? 'external' : 'stacked'),
    text('BAKE_CRI_SOCKET', kubernetes?.runtime.criSocket ?? ''),
    text('BAKE_RUNTIME_SOCKET', runtimeSocketFile(kubernetes?.runtime.criSocket ?? '')),
    list('BAKE_INIT_ARGS', args.init),
    list('BAKE_JOIN_ARGS', args.join),
    list('BAKE_APPLY_ARGS', applyArgs(kubernetes?.version)),
    list('BAKE_KUBECONFIG_USERS', cluster.kubeconfigUsers),
    // For what first boot fetches by itself; curl reads the small letters.
    list(
      'BAKE_PROXY',
      proxyVariables({ cluster, secrets }).flatMap(([name, value]) =>
        name === name.toLowerCase() ? [`${name}=${value}`] : [],
      ),
    ),
    text('BAKE_BALANCER', balancer.engine),
    text('BAKE_VIRTUAL_IP', cluster.virtualIp?.by === 'keepalived' ? cluster.virtualIp.address : ''),
  ];
  return `# Written by bake.\n${lines.join('\n')}\n`;
}

/**
 * How add-ons are applied: by the server where it can (stable since 1.22), because the client keeps a copy of each object in an
 * annotation, and those of some add-ons are too large for one (262144 bytes).
 */
const applyArgs = (version: string | undefined): readonly string[] =>
  version !== undefined && minorNumber(version) >= 22 ? ['--server-side', '--force-conflicts'] : [];

const epoch = (time: string): number => Math.floor(Date.parse(time) / 1000);
