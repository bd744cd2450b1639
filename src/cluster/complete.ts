import { createHash } from 'node:crypto';
import { INSECURE_KUBELETS, KUBE_VIP_IMAGE, knownAddon, type ManifestAddon } from '../catalog/addons.ts';
import { parseDuration } from '../units/duration.ts';
import { bitsOf, canonicalAddress, contains, isAddress, networkOf, parsePrefixed } from './addresses.ts';
import type {
  Addon,
  Balancer,
  Cluster,
  ClusterNode,
  Endpoint,
  Kubeadm,
  Proxy,
  StaticNetwork,
  VirtualIp,
} from './cluster.ts';
import type { ClusterFile } from './schema.ts';
import { parseEndpoint, parseHostsLine, parseTaint } from './written.ts';

/** Port of the API everywhere, unless told otherwise (kubeadm's default). */
const API_PORT = 6443;

type Part<K extends keyof ClusterFile> = NonNullable<ClusterFile[K]>;

/** Texts of the files that a cluster file names, by the path of the naming value as JSON. */
export type Attachments = ReadonlyMap<string, string>;

/** What a rule has found missing stands empty here; such a cluster never leaves `readCluster`. */
export const NOWHERE = '';

/** Fills in what nobody wrote, and brings every address into its canonical form. The file has the shape. */
export function complete(file: ClusterFile, attachments: Attachments): Cluster {
  const nodes = file.nodes.map(completeNode);
  const { worker = 0 } = file.counts ?? {};
  const hasBalancers = nodes.some(({ role }) => role === 'haproxy');
  const virtualIp = completeVirtualIp(file, nodes, hasBalancers);
  const isStandalone = file.nodes.some(({ role }) => role === 'standalone');
  const dns = Array.isArray(file.dns) ? { servers: file.dns } : file.dns;
  const balancer = completeBalancer(file.balancer);
  return {
    name: file.name,
    profiles: {
      master: file.profiles?.master ?? (isStandalone ? 'standalone' : 'master'),
      worker: file.profiles?.worker ?? 'worker',
      haproxy: file.profiles?.haproxy ?? 'haproxy',
    },
    endpoint: completeEndpoint(file.endpoint, virtualIp, nodes, balancer.apiPort),
    ...(virtualIp ? { virtualIp } : {}),
    balancer,
    networks: {
      pods: listed(file.networks?.pods ?? '10.244.0.0/16').map(canonicalPrefixed),
      services: listed(file.networks?.services ?? '10.96.0.0/12').map(canonicalPrefixed),
      dnsDomain: file.networks?.dnsDomain ?? 'cluster.local',
    },
    discovery: {
      kind: 'static',
      initWindow: seconds(file.discovery?.initWindow ?? '1h'),
      tokenTtl: seconds(file.discovery?.tokenTtl ?? '24h'),
    },
    nodes,
    counts: worker > 0 ? { worker } : {},
    hosts: (file.hosts ?? []).map((entry) => {
      const { address, names } = typeof entry === 'string' ? expect(parseHostsLine(entry)) : entry;
      return { address: canonicalAddress(address), names };
    }),
    dns: { servers: (dns?.servers ?? []).map(canonicalAddress), search: dns?.search ?? [] },
    ntp: file.ntp ?? [],
    ...(file.proxy ? { proxy: completeProxy(file.proxy) } : {}),
    addons: (file.addons ?? []).map((addon, i) => completeAddon(addon, i, file, attachments)),
    kubeadm: completeKubeadm(file.kubeadm ?? {}, attachments),
    kubeconfigUsers: file.kubeconfigUsers ?? [],
  };
}

function completeProxy({ http, https, credentials, noProxy = [] }: Part<'proxy'>): Proxy {
  return {
    ...(http === undefined ? {} : { http: http.replace(/\/$/, '') }),
    ...(https === undefined ? {} : { https: https.replace(/\/$/, '') }),
    ...(credentials === undefined ? {} : { credentials }),
    noProxy: noProxy.map((one) => (isAddress(one) ? canonicalAddress(one) : one)),
  };
}

function completeNode(node: ClusterFile['nodes'][number]): ClusterNode {
  const network = node.network === 'dhcp' ? undefined : node.network;
  const address = node.address ?? network?.addresses[0]?.split('/')[0];
  const taints = node.taints?.map((taint) => expect(parseTaint(taint)));
  const isStandalone = node.role === 'standalone';
  return {
    name: node.name,
    role: node.role === 'standalone' ? 'master' : node.role,
    ...(address === undefined ? {} : { address: canonicalAddress(address) }),
    ...(node.interface === undefined ? {} : { interface: node.interface }),
    ...(node.mac === undefined ? {} : { mac: node.mac.toLowerCase().replaceAll('-', ':') }),
    labels: node.labels ?? {},
    ...(taints ? { taints } : isStandalone ? { taints: [] } : {}),
    ...(network ? { network: completeNetwork(network) } : {}),
  };
}

function completeNetwork(
  network: Exclude<ClusterFile['nodes'][number]['network'], 'dhcp' | undefined>,
): StaticNetwork {
  return {
    addresses: network.addresses.map(canonicalPrefixed),
    ...(network.gateway === undefined ? {} : { gateway: canonicalAddress(network.gateway) }),
    nameservers: (network.nameservers ?? []).map(canonicalAddress),
  };
}

function completeVirtualIp(
  file: ClusterFile,
  nodes: readonly ClusterNode[],
  hasBalancers: boolean,
): VirtualIp | undefined {
  if (file.virtualIp === undefined) return undefined;
  const written: Exclude<Part<'virtualIp'>, string> = typeof file.virtualIp === 'string'
    ? { address: file.virtualIp }
    : file.virtualIp;
  const prefixed = parsePrefixed(written.address);
  const address = prefixed?.address ?? canonicalAddress(written.address);
  const by = written.by ?? (hasBalancers ? 'keepalived' : 'kube-vip');
  const network = nodes
    .filter(({ role }) => role === (by === 'keepalived' ? 'haproxy' : 'master'))
    .flatMap((node) => node.network?.addresses.map(networkOf) ?? [])
    .find((one) => contains(one, address));
  return {
    address,
    prefix: prefixed?.prefix ?? Number(network?.split('/')[1] ?? bitsOf(address)),
    ...(written.interface === undefined ? {} : { interface: written.interface }),
    routerId: written.routerId ?? routerIdOf(file.name),
    mode: written.mode ?? 'unicast',
    nopreempt: written.nopreempt ?? true,
    by,
    ...(by === 'kube-vip' ? { image: written.image ?? KUBE_VIP_IMAGE } : {}),
  };
}

/** 1 to 255, the same for a name each time, and seldom the same for two. */
function routerIdOf(name: string): number {
  return (createHash('sha256').update(name).digest().readUInt32BE(0) % 255) + 1;
}

function completeBalancer(written: ClusterFile['balancer']): Balancer {
  const engine = written?.engine ?? 'haproxy';
  const stats = written?.stats;
  const hasStats = stats !== 'off' && (engine === 'haproxy' || stats !== undefined);
  const { port = 8404, address = '127.0.0.1' } = stats === 'off' || stats === undefined ? {} : stats;
  return {
    engine,
    apiPort: written?.apiPort ?? API_PORT,
    ...(hasStats ? { stats: { port, address: canonicalAddress(address) } } : {}),
  };
}

function completeEndpoint(
  written: ClusterFile['endpoint'],
  virtualIp: VirtualIp | undefined,
  nodes: readonly ClusterNode[],
  apiPort: number,
): Endpoint {
  if (written !== undefined) {
    const { host, port = API_PORT } = typeof written === 'string' ? expect(parseEndpoint(written)) : written;
    return { host: isAddress(host) ? canonicalAddress(host) : host, port };
  }
  if (virtualIp) return { host: virtualIp.address, port: virtualIp.by === 'kube-vip' ? apiPort : API_PORT };
  const masters = nodes.filter(({ role }) => role === 'master');
  const only = masters.length === 1 ? masters[0] : undefined;
  return { host: only?.address ?? NOWHERE, port: apiPort };
}

function completeAddon(
  written: Part<'addons'>[number],
  index: number,
  file: ClusterFile,
  attachments: Attachments,
): Addon {
  const addon: Exclude<typeof written, string> = typeof written === 'string' ? { name: written } : written;
  const known = knownAddon(addon.name);
  const version = addon.version ?? known?.version ?? '';
  const { arch = 'amd64' } = addon;
  const text =
    addon.file === undefined
      ? undefined
      : (attachments.get(JSON.stringify(['addons', index, 'file'])) ?? NOWHERE);
  const replaced = known?.kind === 'manifest' ? ourReplacements(known, addon, text, file) : [];
  return {
    name: addon.name,
    kind: known?.kind ?? 'manifest',
    ...(known?.kind === 'tool' && addon.url === undefined ? { version } : {}),
    from:
      addon.file === undefined || text === undefined
        ? {
            url: addon.url ?? known?.url(version, arch) ?? NOWHERE,
            sha256:
              addon.sha256 ??
              (known?.kind === 'tool' ? known.checksums[arch][version] : undefined) ??
              NOWHERE,
          }
        : {
            text,
            file: addon.file,
          },
    replace: [...replaced, ...(addon.replace ?? [])],
  };
}

/** What makes a manifest that bake knows agree with the cluster. */
function ourReplacements(
  { podNetwork: theirs, withOwnCertificates }: ManifestAddon,
  { replace = [] }: Pick<Exclude<Part<'addons'>[number], string>, 'replace'>,
  text: string | undefined,
  { networks, kubeadm }: ClusterFile,
): Addon['replace'] {
  const [ours = ''] = listed(networks?.pods ?? '10.244.0.0/16').map(canonicalPrefixed);
  // A file of the person's own may agree already.
  const agrees = text !== undefined && text.includes(ours) && !text.includes(theirs ?? ours);
  const isDecided =
    text !== undefined ||
    kubeadm?.kubelet?.['serverTLSBootstrap'] === true ||
    replace.some((one) => one.with.includes(INSECURE_KUBELETS));
  return [
    ...(theirs === undefined || theirs === ours || agrees ? [] : [{ find: theirs, with: ours }]),
    ...(withOwnCertificates === undefined || isDecided ? [] : [withOwnCertificates]),
  ];
}

function completeKubeadm(written: Part<'kubeadm'>, attachments: Attachments): Kubeadm {
  const attached = (...path: (string | number)[]): string =>
    attachments.get(JSON.stringify(['kubeadm', ...path])) ?? '';
  const { extraArgs, externalEtcd } = written;
  const texts = (flags: Readonly<Record<string, string | number | boolean>> = {}): Record<string, string> =>
    Object.fromEntries(Object.entries(flags).map(([flag, value]) => [flag, String(value)]));
  return {
    certSANs: (written.certSANs ?? []).map((name) => (isAddress(name) ? canonicalAddress(name) : name)),
    ...(written.proxyMode === undefined ? {} : { proxyMode: written.proxyMode }),
    extraArgs: {
      apiServer: texts(extraArgs?.apiServer),
      controllerManager: texts(extraArgs?.controllerManager),
      scheduler: texts(extraArgs?.scheduler),
      etcd: texts(extraArgs?.etcd),
      kubelet: texts(extraArgs?.kubelet),
    },
    featureGates: written.featureGates ?? {},
    kubelet: written.kubelet ?? {},
    kubeProxy: written.kubeProxy ?? {},
    patches: Object.fromEntries(
      (written.patches ?? []).map((file, i) => [baseName(file), attached('patches', i)]),
    ),
    ...(written.auditPolicy === undefined ? {} : { auditPolicy: attached('auditPolicy') }),
    encryptSecrets: written.encryptSecrets ?? false,
    ...(externalEtcd
      ? {
          externalEtcd: {
            endpoints: externalEtcd.endpoints.map((url) => url.replace(/\/$/, '')),
            ...(externalEtcd.version === undefined ? {} : { version: externalEtcd.version }),
            ca: attached('externalEtcd', 'ca'),
            certificate: attached('externalEtcd', 'certificate'),
          },
        }
      : {}),
  };
}

export const baseName = (path: string): string => path.split('/').at(-1) ?? path;

const listed = (value: string | readonly string[]): readonly string[] =>
  typeof value === 'string' ? [value] : value;
const seconds = (text: string): number => expect(parseDuration(text));

function canonicalPrefixed(text: string): string {
  const { address, prefix } = expect(parsePrefixed(text));
  return `${address}/${prefix}`;
}

/** What the schema has let through has its form. */
function expect<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a value without the form that the schema asks for');
  return value;
}
