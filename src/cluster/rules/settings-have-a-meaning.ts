import type { Diagnostic, Path } from '../../diagnostics/diagnostic.ts';
import { knownAddon } from '../../catalog/addons.ts';
import { finding, placed, type ClusterRule } from './rule.ts';

interface Unused {
  readonly path: Path;
  readonly when: boolean;
  readonly because: string;
}

/** What was written and would be ignored. */
export const settingsHaveAMeaning: ClusterRule = (given) => {
  const { virtualIp, balancer, nodes, kubeadm, proxy } = given.cluster;
  const hasBalancers = nodes.some(({ role }) => role === 'haproxy');
  const isKubeVip = virtualIp?.by === 'kube-vip';
  const noBalancer = 'there is no node of role haproxy';
  const onMasters = 'kube-vip on masters holds the virtual address';
  const list: Unused[] = [
    {
      path: ['virtualIp', 'by'],
      when: virtualIp?.by === 'keepalived' && !hasBalancers,
      because: `keepalived runs on haproxy machines, and ${noBalancer}`,
    },
    {
      path: ['virtualIp', 'by'],
      when: isKubeVip && hasBalancers,
      because: 'the virtual address would be on masters, and the haproxy machines would get no connection',
    },
    { path: ['virtualIp', 'image'], when: !isKubeVip, because: 'keepalived comes with the haproxy image' },
    { path: ['virtualIp', 'routerId'], when: isKubeVip, because: `${onMasters}, without VRRP` },
    { path: ['virtualIp', 'mode'], when: isKubeVip, because: `${onMasters}, without VRRP` },
    { path: ['virtualIp', 'nopreempt'], when: isKubeVip, because: `${onMasters}, without VRRP` },
    { path: ['balancer', 'engine'], when: !hasBalancers, because: noBalancer },
    { path: ['balancer', 'stats'], when: !hasBalancers, because: noBalancer },
    {
      path: ['balancer', 'stats'],
      when: hasBalancers && balancer.engine === 'nginx' && balancer.stats !== undefined,
      because: 'nginx has no statistics page',
    },
    {
      path: ['kubeadm', 'extraArgs', 'etcd'],
      when: kubeadm.externalEtcd !== undefined,
      because: 'etcd is external and gets its flags elsewhere',
    },
    {
      path: ['proxy'],
      when: proxy !== undefined && proxy.http === undefined && proxy.https === undefined,
      because: 'it names no address, http or https',
    },
    { path: ['profiles', 'haproxy'], when: !hasBalancers, because: noBalancer },
  ];
  return list
    .filter(({ path, when }) => when && given.isWritten(path))
    .map(({ path, because }) =>
      finding(given, 'B606', path, `${path.join('.')} has no effect: ${because}`, { at: 'key' }),
    );
};

/** Source: the kubelet puts these on its node, and would put them back (kubernetes.io, well-known labels). */
const KUBELETS_OWN: readonly string[] = ['kubernetes.io/hostname', 'kubernetes.io/os', 'kubernetes.io/arch'];

export const nodesOnlyHaveWhatNodesHave: ClusterRule = (given) =>
  placed(given).flatMap(({ node, path }): Diagnostic[] => {
    if (node.role === 'haproxy')
      return (['labels', 'taints'] as const)
        .filter((key) => given.isWritten([...path, key]))
        .map((key) =>
          finding(
            given,
            'B606',
            [...path, key],
            `${node.name} is a balancer and no node of Kubernetes: it has no ${key}`,
            {
              at: 'key',
            },
          ),
        );
    return Object.keys(node.labels)
      .filter((label) => KUBELETS_OWN.includes(label))
      .map((label) =>
        finding(given, 'B606', [...path, 'labels', label], `the kubelet sets ${label} itself`, {
          at: 'key',
          hint: 'delete it',
        }),
      );
  });

export const addonSettingsHaveAMeaning: ClusterRule = (given) =>
  (given.file.addons ?? []).flatMap((addon, i): Diagnostic[] => {
    if (typeof addon === 'string') return [];
    const known = knownAddon(addon.name);
    const isTool = known?.kind === 'tool';
    const list = [
      { key: 'version', when: !known, because: 'it is the version of add-ons that bake knows' },
      {
        key: 'version',
        when: addon.url !== undefined || addon.file !== undefined,
        because: 'the manifest decides',
      },
      { key: 'arch', when: !isTool, because: 'a manifest has no processor' },
      { key: 'url', when: addon.file !== undefined, because: 'the file is taken' },
      { key: 'sha256', when: addon.file !== undefined, because: 'the file is taken as it is' },
      { key: 'file', when: isTool, because: `${addon.name} is a program, held to a sha256` },
      { key: 'replace', when: isTool, because: `${addon.name} is a program` },
    ];
    return list
      .filter(({ key, when }) => when && given.isWritten(['addons', i, key]))
      .map(({ key, because }) =>
        finding(given, 'B606', ['addons', i, key], `${key} has no effect on ${addon.name}: ${because}`, {
          at: 'key',
        }),
      );
  });

export const rootHasAKubeconfigAnyway: ClusterRule = (given) =>
  given.cluster.kubeconfigUsers.flatMap((name, i) =>
    name === 'root'
      ? [
          finding(given, 'B606', ['kubeconfigUsers', i], 'root has a kubeconfig anyway', {
            hint: 'delete it',
          }),
        ]
      : [],
  );
