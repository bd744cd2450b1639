import { minorNumber } from '../catalog/kubeadm.ts';
import { isBelow } from '../catalog/version.ts';
import { isLoopback } from '../cluster/addresses.ts';
import type { ResolvedCluster } from '../cluster/cluster.ts';
import type { Code } from '../diagnostics/codes.ts';
import type { Diagnostic, Path } from '../diagnostics/diagnostic.ts';
import { helmRules } from '../kubeadm/helm-rules.ts';
import { externalEtcdRules, kubeadmRules } from '../kubeadm/rules.ts';
import { letsIn } from '../plan/firewall.ts';
import type { Profile } from '../profile/profile.ts';
import { clusterRole, type Member } from './member.ts';

/** What of a cluster a machine of this profile can't be told. Pure. */
export function memberRules(profile: Profile, member: Member): Diagnostic[] {
  const { cluster } = member;
  return [
    ...secretsBelong(member),
    ...externalEtcdRules(cluster, member.secrets),
    ...proxyIsGiven(member),
    ...rolesAgree(profile, member),
    ...balancersAgree(profile, cluster),
    ...portsAreOpen(profile, cluster),
    ...(profile.kubernetes ? kubeadmRules(cluster, profile.kubernetes.version) : []),
    ...(profile.kubernetes && clusterRole(profile) === 'master'
      ? helmRules(cluster, profile.kubernetes.version)
      : []),
  ];
}

type Profiles = Partial<Record<'master' | 'worker', Profile>>;

/** How far behind the API server a kubelet may be (Kubernetes version skew policy): three minors, two before 1.25. */
const skewOf = (minor: number): number => (minor >= 25 ? 3 : 2);

/** What the profiles of a cluster's roles say of one another. Pure. */
export function profilesAgree(cluster: ResolvedCluster, { master, worker }: Profiles): Diagnostic[] {
  const [api, kubelet] = [master?.kubernetes?.version, worker?.kubernetes?.version];
  if (api === undefined || kubelet === undefined) return [];
  const path = ['profiles', 'worker'];
  if (isBelow(api, kubelet))
    return [
      finding(
        cluster,
        'B612',
        path,
        `workers have Kubernetes ${kubelet} and masters ${api}: a kubelet must not be newer than the API server [version skew policy]`,
        'bake masters of the newer version first',
      ),
    ];
  const behind = minorNumber(api) - minorNumber(kubelet);
  return behind > skewOf(minorNumber(kubelet))
    ? [
        finding(
          cluster,
          'B612',
          path,
          `workers have Kubernetes ${kubelet} and masters ${api}: a kubelet may be ${skewOf(minorNumber(kubelet))} minors behind, not ${behind} [version skew policy]`,
          'bake workers of a newer version',
        ),
      ]
    : [];
}

function secretsBelong({ cluster, secrets }: Member): Diagnostic[] {
  const { name } = cluster.cluster;
  if (secrets.cluster === name) return [];
  return [
    finding(
      cluster,
      'B613',
      ['name'],
      `the secrets file is of cluster ${JSON.stringify(secrets.cluster)}, and this is ${JSON.stringify(name)}`,
      'name the cluster’s own by --secrets, or make one: bake secrets new --cluster FILE',
    ),
  ];
}

function proxyIsGiven({ cluster, secrets }: Member): Diagnostic[] {
  const name = cluster.cluster.proxy?.credentials;
  if (name === undefined || Object.hasOwn(secrets.proxies ?? {}, name)) return [];
  return [
    finding(
      cluster,
      'B613',
      ['proxy', 'credentials'],
      `the secrets file has no credentials ${JSON.stringify(name)} of a proxy`,
      `add to it: proxies: {${name}: {username: ..., password: ...}}`,
    ),
  ];
}

function rolesAgree(profile: Profile, { cluster, node }: Member): Diagnostic[] {
  const role = clusterRole(profile);
  if (node) {
    if (node.role === role) return [];
    return [
      finding(
        cluster,
        'B612',
        ['nodes', cluster.cluster.nodes.indexOf(node), 'role'],
        `${node.name} is a ${node.role}, and the profile ${JSON.stringify(profile.name)} makes a ${profile.role}`,
        `give the role another profile: profiles: { ${node.role}: ... }`,
      ),
    ];
  }
  if (role === 'worker') return [];
  return [
    finding(
      cluster,
      'B612',
      ['nodes'],
      `the profile ${JSON.stringify(profile.name)} makes a ${profile.role}, and only workers may go without a name`,
      'name the machine in nodes, and say which it is by --node',
    ),
  ];
}

function balancersAgree(profile: Profile, cluster: ResolvedCluster): Diagnostic[] {
  if (!profile.balancer) return [];
  const { balancer, virtualIp } = cluster.cluster;
  const { engine, keepalived } = profile.balancer;
  return [
    ...(engine === balancer.engine
      ? []
      : [
          finding(
            cluster,
            'B612',
            ['balancer', 'engine'],
            `the cluster’s balancers run ${balancer.engine}, and the profile ${JSON.stringify(profile.name)} has ${engine} in it`,
            `say balancer: { engine: ${balancer.engine} } in the profile, or ${engine} here`,
          ),
        ]),
    ...(virtualIp?.by === 'keepalived' && !keepalived
      ? [
          finding(
            cluster,
            'B612',
            ['virtualIp'],
            `keepalived holds the virtual address, and the profile ${JSON.stringify(profile.name)} leaves it out`,
            'say balancer: { keepalived: true } in the profile',
          ),
        ]
      : []),
  ];
}

/** The firewall is baked, without knowing the cluster: it opens what the role usually serves, and what the profile says. */
function portsAreOpen(profile: Profile, cluster: ResolvedCluster): Diagnostic[] {
  return servedPorts(profile, cluster)
    .filter(({ port }) => !letsIn(profile, port))
    .map(({ port, what, path }) =>
      finding(
        cluster,
        'B612',
        path,
        `machines of the profile ${JSON.stringify(profile.name)} serve ${what} at port ${port}, and their firewall lets nobody in there`,
        `add system: { firewall: { allow: [{ port: ${port} }] } } to the profile, or to one of yours that extends it`,
      ),
    );
}

interface ServedPort {
  readonly port: number;
  readonly what: string;
  readonly path: Path;
}

/** TCP ports of the cluster's choice at which machines of the profile serve others. */
function servedPorts(profile: Profile, { cluster, isWritten }: ResolvedCluster): ServedPort[] {
  const { endpoint, balancer } = cluster;
  const apiPort = ['balancer', 'apiPort'];
  switch (clusterRole(profile)) {
    case 'worker':
      return [];
    case 'master':
      return [{ port: balancer.apiPort, what: 'the API', path: apiPort }];
    case 'haproxy': {
      const { stats } = balancer;
      const path = isWritten(['endpoint']) ? ['endpoint', 'port'] : apiPort;
      return [
        { port: endpoint.port, what: 'the API', path },
        ...(stats && !isLoopback(stats.address)
          ? [{ port: stats.port, what: 'the statistics page', path: ['balancer', 'stats', 'port'] }]
          : []),
      ];
    }
  }
}

function finding(
  cluster: ResolvedCluster,
  code: Code,
  path: Path,
  message: string,
  hint: string,
): Diagnostic {
  return { code, severity: 'error', message, hint, path, span: cluster.spanOf(path) };
}
