import { isIP } from 'node:net';
import { KUBEADM_FEATURE_GATES, lives, minorNumber } from '../../../src/catalog/kubeadm.ts';

/* eslint-disable @typescript-eslint/no-explicit-any -- documents of unknown shape, checked by check.ts first */

/**
 * What kubeadm's own validation says beyond types, in our words. Source: kubernetes/kubernetes
 * cmd/kubeadm/app/apis/kubeadm/validation/validation.go at 00d24de699fe, and the defaults that run before it
 * (apis/bootstraptoken/v1/defaults.go at 008b3652959c).
 */
export function refusalsOf(documents: readonly any[], version: string): string[] {
  return documents.flatMap((document): string[] => {
    switch (document.kind) {
      case 'InitConfiguration':
        return [
          ...document.bootstrapTokens.flatMap(token),
          ...registration(document, version),
          ...endpoint(document.localAPIEndpoint),
        ];
      case 'ClusterConfiguration':
        return clusterRefusals(document, version);
      case 'JoinConfiguration':
        return [
          ...discovery(document.discovery),
          ...registration(document, version),
          ...(document.controlPlane ? endpoint(document.controlPlane.localAPIEndpoint) : []),
        ];
      default:
        return [];
    }
  });
}

function token(bootstrap: any): string[] {
  return [
    // A token without a ttl gets one of 24h before it is judged, so `expires` alone is refused as well.
    ...unless(bootstrap.expires === undefined, 'ttl and expires are mutually exclusive'),
    ...unless(
      bootstrap.usages.every((usage: string) => ['signing', 'authentication'].includes(usage)),
      'usages',
    ),
    ...unless(
      bootstrap.groups.every((group: string) =>
        /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/.test(group),
      ),
      'groups',
    ),
    ...unless(!/^0*s?$/.test(bootstrap.ttl), 'a token that never expires'),
  ];
}

function registration({ nodeRegistration: node }: any, version: string): string[] {
  const hasScheme = /^unix:\/\/\//.test(node.criSocket);
  return [
    ...unless(
      node.name === undefined || /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(node.name),
      'name of the node',
    ),
    ...unless(hasScheme || (minorNumber(version) <= 23 && node.criSocket.startsWith('/')), 'criSocket'),
  ];
}

function endpoint(local: any): string[] {
  const { advertiseAddress, bindPort } = local;
  return [
    ...unless(advertiseAddress === undefined || isIP(advertiseAddress) !== 0, 'advertiseAddress'),
    ...unless(bindPort > 0 && bindPort < 65536, 'bindPort'),
  ];
}

function discovery({ bootstrapToken, file }: any): string[] {
  return [
    ...unless((bootstrapToken === undefined) !== (file === undefined), 'one way of discovery'),
    ...unless(bootstrapToken.unsafeSkipCAVerification === undefined, 'trust without a pin'),
    ...unless(
      bootstrapToken.caCertHashes.length > 0 &&
        bootstrapToken.caCertHashes.every((hash: string) => /^sha256:[0-9a-f]{64}$/.test(hash)),
      'pin of the CA',
    ),
    ...unless(hostPort(bootstrapToken.apiServerEndpoint), 'apiServerEndpoint'),
  ];
}

function clusterRefusals(cluster: any, version: string): string[] {
  const { etcd, networking, apiServer, featureGates = {}, imageRepository } = cluster;
  const families = (subnets: string): string[] =>
    subnets.split(',').map((subnet) => (isIP(subnet.split('/')[0] ?? '') === 6 ? '6' : '4'));
  const bad = ['serviceSubnet', 'podSubnet'].filter((key) => {
    const found = families(networking[key]);
    return found.length > 2 || new Set(found).size !== found.length;
  });
  return [
    ...unless(imageRepository !== undefined, 'imageRepository is always explicit'),
    ...unless(hostPort(cluster.controlPlaneEndpoint), 'controlPlaneEndpoint'),
    ...unless(cluster.kubernetesVersion === `v${version}`, 'kubernetesVersion'),
    ...unless((etcd.local === undefined) !== (etcd.external === undefined), 'one etcd'),
    ...(etcd.external ? externalEtcd(etcd.external) : []),
    ...apiServer.certSANs.flatMap((name: string) =>
      unless(isIP(name) !== 0 || /^(\*\.)?[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name), `SAN ${name}`),
    ),
    ...bad,
    ...Object.keys(featureGates).flatMap((gate) =>
      unless(
        lives(KUBEADM_FEATURE_GATES[gate] ?? [Infinity], version),
        `${gate} is not a valid feature name`,
      ),
    ),
    // kubeadm up to 1.24 adds the folder for its own default only, and that was another registry.
    ...unless(
      minorNumber(version) < 21 ||
        imageRepository !== 'registry.k8s.io' ||
        cluster.dns.imageRepository === 'registry.k8s.io/coredns',
      'CoreDNS of registry.k8s.io lies in a folder',
    ),
  ];
}

const externalEtcd = (etcd: any): string[] => [
  ...etcd.endpoints.flatMap((url: string) => unless(new URL(url).protocol === 'https:', 'etcd by https')),
  ...['caFile', 'certFile', 'keyFile'].flatMap((key) => unless(String(etcd[key]).startsWith('/'), key)),
];

function hostPort(text: string): boolean {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):([0-9]{1,5})$/.exec(text);
  return match !== null && (match[1] === undefined || isIP(match[1]) === 6);
}

const unless = (fine: boolean, message: string): string[] => (fine ? [] : [message]);
