import { dnsImageRepository, minorNumber, type KubeadmApi } from '../catalog/kubeadm.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { certSANsOf, endpointText } from '../cluster/views.ts';
import { API_SERVER_VOLUMES, apiServerFlags } from './api-server-files.ts';
import { EXTERNAL_ETCD_FOLDER, type KubeadmInput } from './input.ts';
import { timeoutsOf } from './node.ts';
import { extraArgs, goDuration, withoutEmpty, type Values } from './values.ts';

/** What is the same for the whole cluster: kind ClusterConfiguration. */
export function clusterConfiguration(input: KubeadmInput, api: KubeadmApi): Values {
  const { cluster, version, imageRepository } = input;
  const flags = cluster.kubeadm.extraArgs;
  return withoutEmpty({
    apiVersion: `kubeadm.k8s.io/${api}`,
    kind: 'ClusterConfiguration',
    kubernetesVersion: `v${version}`,
    clusterName: cluster.name,
    controlPlaneEndpoint: endpointText(cluster.endpoint),
    imageRepository,
    networking: {
      serviceSubnet: cluster.networks.services.join(','),
      podSubnet: cluster.networks.pods.join(','),
      dnsDomain: cluster.networks.dnsDomain,
    },
    apiServer: apiServer(input, api),
    controllerManager: withoutEmpty({ extraArgs: extraArgs(api, flags.controllerManager) }),
    scheduler: withoutEmpty({ extraArgs: extraArgs(api, flags.scheduler) }),
    dns: dns(input, api),
    etcd: etcd(cluster, api),
    featureGates: featureGates(cluster, version),
  });
}

function apiServer(input: KubeadmInput, api: KubeadmApi): Values {
  const { cluster } = input;
  const flags = { ...apiServerFlags(cluster), ...cluster.kubeadm.extraArgs.apiServer };
  return withoutEmpty({
    certSANs: certSANsOf(cluster),
    ...(api === 'v1beta4' ? {} : { timeoutForControlPlane: goDuration(timeoutsOf(input).controlPlane) }),
    extraArgs: extraArgs(api, flags),
    extraVolumes: API_SERVER_VOLUMES.filter(({ wanted }) => wanted(cluster)).map(({ volume }) => volume),
  });
}

function dns({ version, imageRepository, dnsImageRepository: told }: KubeadmInput, api: KubeadmApi): Values {
  const repository = told ?? dnsImageRepository(version, imageRepository);
  return {
    // v1beta1 and v1beta2 also knew kube-dns.
    ...(api === 'v1beta1' || api === 'v1beta2' ? { type: 'CoreDNS' } : {}),
    ...(repository === undefined ? {} : { imageRepository: repository }),
  };
}

function etcd({ kubeadm }: Cluster, api: KubeadmApi): Values {
  const { externalEtcd } = kubeadm;
  if (externalEtcd) {
    return {
      external: {
        endpoints: externalEtcd.endpoints,
        caFile: `${EXTERNAL_ETCD_FOLDER}/ca.crt`,
        certFile: `${EXTERNAL_ETCD_FOLDER}/client.crt`,
        keyFile: `${EXTERNAL_ETCD_FOLDER}/client.key`,
      },
    };
  }
  return {
    local: {
      dataDir: '/var/lib/etcd',
      ...withoutEmpty({ extraArgs: extraArgs(api, kubeadm.extraArgs.etcd) }),
    },
  };
}

/** Two families of addresses are behind a gate up to 1.20, and on by default from 1.21 on (KEP-563). */
function featureGates({ kubeadm, networks }: Cluster, version: string): Readonly<Record<string, boolean>> {
  const isGated = networks.pods.length > 1 && minorNumber(version) <= 20;
  return { ...(isGated ? { IPv6DualStack: true } : {}), ...kubeadm.featureGates };
}
