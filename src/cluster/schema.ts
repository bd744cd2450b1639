import { z } from 'zod';
import * as t from '../profile/text.ts';
import { DURATION_PATTERN, parseDuration } from '../units/duration.ts';
import { isAddress, parsePrefixed } from './addresses.ts';
import {
  isAddressMaybePrefixed,
  isAlternativeName,
  isHost,
  parseEndpoint,
  parseHostsLine,
  parseTaint,
} from './written.ts';

/**
 * The shape of a cluster file, as people write it: short forms beside long ones. What the whole must say beyond that is
 * checked with all defaults filled (src/cluster/rules).
 *
 * Descriptions become the hints of editors (`bake schema --cluster`).
 */

const text = (expected: string, fits: (value: string) => boolean) => t.line.refine(fits, expected);

const address = text('an IP address such as 10.0.0.11', isAddress);
const prefixed = text(
  'an address with its prefix such as 10.0.0.11/24',
  (value) => parsePrefixed(value) !== undefined,
);
const network = text('a network such as 10.244.0.0/16', (value) => parsePrefixed(value) !== undefined);
const host = text('a host name in lower case, or an IP address', isHost);
const port = z.int().min(1).max(65535);
const DURATION = 'a duration such as 90m, 24h or 7d';
const duration = z
  .string()
  .regex(DURATION_PATTERN, DURATION)
  .refine((value) => parseDuration(value) !== 0, DURATION);
/** What keepalived.conf and netplan take unquoted; the kernel's limit is 15 characters. */
const interfaceName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$/,
    'the name of a network interface such as eth0, at most 15 characters',
  );
const macAddress = z
  .string()
  .regex(
    /^(?:[0-9A-Fa-f]{2}([:-]))(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}$/,
    'a MAC address such as 52:54:00:12:34:56',
  );
/** The kubelet makes the label kubernetes.io/hostname of it, and a label's value has at most 63 characters. */
const machineName = t.hostName.max(63);
/** A flag's value is text; what YAML reads as a number or a truth value is written to the flag as it stands. */
const flagValue = z.union([t.text, z.int(), z.boolean()]);
const flags = z
  .record(z.string().regex(/^[a-z][a-z0-9-]*$/, 'a flag without dashes in front, such as v'), flagValue)
  .optional();

const profiles = z.strictObject({
  master: t.line.optional().describe('Profile of masters; `standalone` where a node has that role.'),
  worker: t.line.optional().describe('Profile of workers.'),
  haproxy: t.line.optional().describe('Profile of balancers.'),
});

const endpoint = z.union([
  text(
    'a host and port such as kubeapi.example.com:6443 ([...] around an IPv6 address)',
    (value) => parseEndpoint(value) !== undefined,
  ),
  z.strictObject({
    host: host.describe('DNS name or address.'),
    port: port.optional().describe('6443 unless told otherwise.'),
  }),
]);

const virtualIp = z.union([
  text('an address such as 10.0.0.10 or 10.0.0.10/24', isAddressMaybePrefixed),
  z.strictObject({
    address: text('an address such as 10.0.0.10 or 10.0.0.10/24', isAddressMaybePrefixed).describe(
      'With the prefix of its network, where that is not known from the nodes.',
    ),
    interface: interfaceName
      .optional()
      .describe('Interface that carries it; by default the one with the default route.'),
    routerId: z
      .int()
      .min(1)
      .max(255)
      .optional()
      .describe(
        'VRRP’s virtual router id. Differs between clusters of one network; made from the name by default.',
      ),
    mode: z
      .enum(['multicast', 'unicast'])
      .optional()
      .describe(
        'Whether balancers speak to a multicast group or to each other by address. unicast unless told otherwise.',
      ),
    nopreempt: z
      .boolean()
      .optional()
      .describe('A machine that comes back leaves the address where it is. True unless told otherwise.'),
    by: z
      .enum(['keepalived', 'kube-vip'])
      .optional()
      .describe('keepalived on haproxy machines; kube-vip on masters where there are none.'),
    image: t.imageReference.optional().describe('Image of kube-vip, with an exact tag or digest.'),
  }),
]);

const balancer = z.strictObject({
  engine: z
    .enum(['haproxy', 'nginx'])
    .optional()
    .describe('What spreads connections over the masters. haproxy unless told otherwise.'),
  apiPort: port.optional().describe('Port of the API on masters. 6443 unless told otherwise.'),
  stats: z
    .union([
      z.literal('off'),
      z.strictObject({
        port: port.optional().describe('A port of its own. 8404 unless told otherwise.'),
        address: address
          .optional()
          .describe('Address to listen at, on every balancer the same; loopback unless told otherwise.'),
      }),
    ])
    .optional()
    .describe('Statistics page of haproxy. Its password is in the secrets file.'),
});

const networkOrPair = z.union([network, z.array(network).min(1).max(2)]);
const networks = z.strictObject({
  pods: networkOrPair
    .optional()
    .describe(
      'One network, or an IPv4 and an IPv6 one, the primary first. 10.244.0.0/16 unless told otherwise.',
    ),
  services: networkOrPair
    .optional()
    .describe(
      'One network, or an IPv4 and an IPv6 one, the primary first. 10.96.0.0/12 unless told otherwise.',
    ),
  dnsDomain: t.hostName.optional().describe('Domain of Services. cluster.local unless told otherwise.'),
});

const discovery = z.strictObject({
  kind: z.literal('static').optional().describe('The first master of the file starts the cluster.'),
  initWindow: duration
    .optional()
    .describe(
      'How long after the secrets were made the first master may start the cluster. 1h unless told otherwise.',
    ),
  tokenTtl: duration
    .optional()
    .describe('How long machines may join with the token of the secrets file. 24h unless told otherwise.'),
});

const staticNetwork = z.strictObject({
  addresses: z.array(prefixed).min(1).describe('With prefix: 10.0.0.11/24.'),
  gateway: address.optional().describe('Where everything else goes.'),
  nameservers: z.array(address).optional().describe('DNS servers; the cluster’s, when absent.'),
});

const node = z.strictObject({
  name: machineName.describe('Host name and node name.'),
  role: z
    .enum(['master', 'worker', 'haproxy', 'standalone'])
    .describe('standalone is a master that takes pods, alone in its cluster.'),
  address: address
    .optional()
    .describe('Where the cluster reaches it; by default the first address of its static network.'),
  interface: interfaceName.optional().describe('The interface of that address, where there are several.'),
  mac: macAddress.optional().describe('By which a static network finds its interface.'),
  labels: z
    .record(t.line, t.text)
    .optional()
    .describe('Node labels. Its kubelet puts on those that it may, masters the others, such as roles.'),
  taints: z
    .array(
      text(
        'a taint such as dedicated=db:NoSchedule (effect NoSchedule, PreferNoSchedule or NoExecute)',
        (value) => parseTaint(value) !== undefined,
      ),
    )
    .optional()
    .describe('Instead of the role’s own; [] for none.'),
  network: z
    .union([z.literal('dhcp'), staticNetwork])
    .optional()
    .describe('dhcp (the default) writes nothing.'),
});

const hostsEntry = z.union([
  text('a line such as 10.0.0.5 harbor.example.com harbor', (value) => parseHostsLine(value) !== undefined),
  z.strictObject({
    address: address.describe('The address.'),
    names: z.array(t.hostName).min(1).describe('Names of it, the full one first.'),
  }),
]);

const dns = z.union([
  z.array(address),
  z.strictObject({
    servers: z.array(address).optional().describe('Addresses of the servers.'),
    search: z.array(t.hostName).optional().describe('Domains that short names are tried with.'),
  }),
]);

/** Without a port, curl takes 1080 and others 80. */
const proxyAddress = t.httpUrl.regex(
  /^https?:\/\/[^/?#]+:[0-9]{1,5}\/?$/,
  'an address such as http://proxy.example.com:3128, with its port and without a path',
);
const proxy = z.strictObject({
  http: proxyAddress.optional().describe('For http:// addresses.'),
  https: proxyAddress.optional().describe('For https:// addresses. Often the same, by http:// as well.'),
  credentials: t.hostName
    .optional()
    .describe('Name of its user and password in the secrets file (`proxies`); they are in user-data only.'),
  noProxy: z
    .array(
      t.line.regex(/^(?:\*|(?:\*?\.)?[A-Za-z0-9:][A-Za-z0-9:./_-]*)$/, 'a name, domain, address or network'),
    )
    .optional()
    .describe('Reached directly; the cluster’s own names, addresses and networks are so anyway.'),
});

const addonName = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'a name of a-z, 0-9 and -, at most 63 characters');
const KNOWN = ['flannel', 'calico', 'cilium', 'metrics-server', 'helm', 'nerdctl'] as const;
const addon = z.union([
  z.enum(KNOWN),
  z.strictObject({
    name: addonName.describe('One that bake knows, or one of your own.'),
    version: t.dottedVersion.optional().describe('Release of one that bake knows.'),
    arch: z.enum(['amd64', 'arm64']).optional().describe('Processor of the masters, for programs.'),
    url: t.httpUrl.optional().describe('Where a manifest is.'),
    sha256: t.sha256.optional().describe('What a fetched file must hash to.'),
    file: t.line.optional().describe('Manifest beside this file, instead of a fetched one.'),
    replace: z
      .array(
        z.strictObject({
          find: t.line.describe('A text of the manifest.'),
          with: t.line.describe('What stands there instead.'),
        }),
      )
      .optional()
      .describe(
        'Texts of the manifest to replace. What makes flannel and metrics-server agree with the cluster is replaced anyway.',
      ),
  }),
]);

const settings = z.record(t.line, z.unknown());
const kubeadm = z.strictObject({
  certSANs: z
    .array(text('a host name in lower case, *. before one, or an IP address', isAlternativeName))
    .optional()
    .describe('More names, *.example.com too, and addresses for the API server’s certificate.'),
  proxyMode: z
    .enum(['iptables', 'ipvs', 'nftables'])
    .optional()
    .describe('Mode of kube-proxy; by default the one that the master profile prepares the kernel for.'),
  extraArgs: z
    .strictObject({
      apiServer: flags.describe('Flags of kube-apiserver.'),
      controllerManager: flags.describe('Flags of kube-controller-manager.'),
      scheduler: flags.describe('Flags of kube-scheduler.'),
      etcd: flags.describe('Flags of the etcd that kubeadm runs.'),
      kubelet: flags.describe('Flags of every kubelet.'),
    })
    .optional()
    .describe('Flags by component, without dashes.'),
  featureGates: z
    .record(z.string().regex(/^[A-Z][A-Za-z0-9]*$/, 'a feature gate such as NodeLocalCRISocket'), z.boolean())
    .optional()
    .describe('kubeadm’s own feature gates.'),
  kubelet: settings.optional().describe('Merged over our KubeletConfiguration.'),
  kubeProxy: settings.optional().describe('Merged over our KubeProxyConfiguration.'),
  patches: z
    .array(t.line)
    .optional()
    .describe('Files beside this one, named as kubeadm wants: kube-apiserver0+merge.yaml.'),
  auditPolicy: t.line.optional().describe('File with an audit policy; without it there is no audit log.'),
  encryptSecrets: z.boolean().optional().describe('Encrypt Secrets at rest, by a key of the secrets file.'),
  externalEtcd: z
    .strictObject({
      endpoints: z
        .array(
          t.httpUrl.regex(
            /^https:\/\/[^/]+\/?$/,
            'an address such as https://10.0.0.31:2379, without a path',
          ),
        )
        .min(1)
        .describe('Every member.'),
      version: t.dottedVersion
        .optional()
        .describe(
          'Version of that etcd, such as 3.5.21. Told it, bake refuses a kubeadm that needs a newer one.',
        ),
      ca: t.line.describe('PEM file with the CA of that etcd.'),
      certificate: t.line.describe('PEM file with the client certificate; its key is in the secrets file.'),
    })
    .optional()
    .describe('An etcd that is there already, instead of one on the masters.'),
});

export const clusterFile = z
  .strictObject({
    apiVersion: z.literal('bake/v1').optional().describe('Version of the format. May be left out.'),
    kind: z.literal('Cluster').optional().describe('May be left out.'),
    name: t.clusterName.describe('Name of the cluster.'),
    profiles: profiles
      .optional()
      .describe('What machines of each role are made from: ours by name, or ./mine.yaml.'),
    endpoint: endpoint
      .optional()
      .describe(
        'What machines and kubeconfigs call the API by; by default the virtual address, or that of the only master.',
      ),
    virtualIp: virtualIp
      .optional()
      .describe('Address that follows whichever balancer (or master, with kube-vip) is alive.'),
    balancer: balancer.optional().describe('What spreads connections over the masters.'),
    networks: networks.optional().describe('Networks of the cluster’s own. They overlap with nothing else.'),
    discovery: discovery
      .optional()
      .describe('How machines learn whether to start the cluster or to join it.'),
    nodes: z.array(node).min(1).describe('Machines that have names. Masters and balancers are among them.'),
    counts: z
      .strictObject({
        worker: z.int().min(0).max(5000).optional().describe('Workers that the platform names.'),
        master: z.int().min(0).optional().describe('Refused: masters have names.'),
        haproxy: z.int().min(0).optional().describe('Refused: balancers have names.'),
      })
      .optional()
      .describe('Machines that nobody names, by role.'),
    hosts: z
      .array(hostsEntry)
      .optional()
      .describe('More entries for /etc/hosts; the endpoint and all nodes are there anyway.'),
    dns: dns
      .optional()
      .describe('DNS servers and search domains of every machine, beside those that DHCP gives.'),
    ntp: z.array(t.address).optional().describe('Time servers, preferred to those of the profile.'),
    proxy: proxy.optional().describe('How machines reach the outside.'),
    addons: z
      .array(addon)
      .optional()
      .describe(
        'What the first master applies once, in this order: a network for pods, and what else you want.',
      ),
    kubeadm: kubeadm.optional().describe('What is passed on to kubeadm.'),
    kubeconfigUsers: z
      .array(t.userName)
      .optional()
      .describe('Users of masters who get an administrator’s kubeconfig, beside root.'),
  })
  .meta({ title: 'bake cluster', description: 'Who the machines of a cluster are together.' });

/** One cluster file, as written. */
export type ClusterFile = z.infer<typeof clusterFile>;
