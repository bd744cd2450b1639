import { KUBE_VIP_IMAGE } from '../catalog/addons.ts';
import { isBelow } from '../catalog/version.ts';
import { bitsOf } from '../cluster/addresses.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { yamlText } from '../text/yaml.ts';
import { openFile, type BalancerFile } from './file.ts';

export const KUBE_VIP_MANIFEST = '/etc/kubernetes/manifests/kube-vip.yaml';

/**
 * From this minor on, kubeadm's admin.conf has no rights on the machine that initialises until `kubeadm init` has given it
 * them; super-admin.conf has (kubeadm 1.29 changelog; kube-vip issue 684).
 */
const SUPER_ADMIN_SINCE = '1.29';

/** From this version on the prefix’s length has another name (kube-vip's notes on 0.9.0). */
const SUBNET_SINCE = '0.9';

/** `init`: for the machine that runs `kubeadm init`, until it is done. `settled`: for it afterwards, and for all other masters. */
export type KubeVipPhase = 'init' | 'settled';

/**
 * Static pod that holds the virtual address on one of the masters, by a lease of the cluster. It must be in place before
 * `kubeadm init` or `join`; `kubernetes` is the version, `1.34.2`. Throws where the cluster has no address of kube-vip's.
 * Source of the settings: kube-vip's manifest generator and documentation (2026-08-21).
 */
export function kubeVipManifest(cluster: Cluster, kubernetes: string, phase: KubeVipPhase): BalancerFile {
  const { virtualIp } = cluster;
  if (virtualIp?.by !== 'kube-vip') throw new Error(`the cluster ${cluster.name} has no kube-vip`);
  const admin =
    phase === 'init' && !isBelow(kubernetes, SUPER_ADMIN_SINCE) ? 'super-admin.conf' : 'admin.conf';
  const image = virtualIp.image ?? KUBE_VIP_IMAGE;
  const settings = {
    vip_arp: 'true',
    // Without it kube-vip takes the interface of the default route.
    ...(virtualIp.interface === undefined ? {} : { vip_interface: virtualIp.interface }),
    address: virtualIp.address,
    [isOld(image) ? 'vip_cidr' : 'vip_subnet']: String(bitsOf(virtualIp.address)),
    port: String(cluster.balancer.apiPort),
    cp_enable: 'true',
    cp_namespace: 'kube-system',
    vip_leaderelection: 'true',
    vip_leaseduration: '5',
    vip_renewdeadline: '3',
    vip_retryperiod: '1',
    k8s_config_file: '/etc/kubernetes/admin.conf',
  };
  const manifest = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'kube-vip', namespace: 'kube-system' },
    spec: {
      hostNetwork: true,
      priorityClassName: 'system-node-critical',
      // It calls the API of its own machine by a name of the API server's certificate.
      hostAliases: [{ ip: '127.0.0.1', hostnames: ['kubernetes'] }],
      containers: [
        {
          name: 'kube-vip',
          image,
          imagePullPolicy: 'IfNotPresent',
          args: ['manager'],
          env: Object.entries(settings).map(([name, value]) => ({ name, value })),
          securityContext: { capabilities: { add: ['NET_ADMIN', 'NET_RAW'], drop: ['ALL'] } },
          volumeMounts: [{ name: 'kubeconfig', mountPath: '/etc/kubernetes/admin.conf', readOnly: true }],
        },
      ],
      volumes: [{ name: 'kubeconfig', hostPath: { path: `/etc/kubernetes/${admin}`, type: 'File' } }],
    },
  };
  return { ...openFile(KUBE_VIP_MANIFEST, yamlText(manifest)), mode: '0600' };
}

/** An image that is named by its digest alone counts as new. */
function isOld(image: string): boolean {
  const version = /:v?(\d+(?:\.\d+)+)[^:/@]*(?:@|$)/.exec(image)?.[1];
  return version !== undefined && isBelow(version, SUBNET_SINCE);
}
