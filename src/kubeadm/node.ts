import { defaultPauseImage } from '../catalog/kubernetes.ts';
import { minorNumber, type KubeadmApi } from '../catalog/kubeadm.ts';
import { familyOf } from '../cluster/addresses.ts';
import { endpointText } from '../cluster/views.ts';
import { DEFAULT_TIMEOUTS, PATCHES_FOLDER, type KubeadmInput, type Timeouts } from './input.ts';
import { kubeletLabels } from './node-labels.ts';
import { patchesOf } from './patches.ts';
import { extraArgs, goDuration, withoutEmpty, type Values } from './values.ts';

/** Default group of joining nodes, and what tokens are for (kubernetes.io "Authenticating with bootstrap tokens"). */
const TOKEN_GROUPS = ['system:bootstrappers:kubeadm:default-node-token'];
const TOKEN_USAGES = ['signing', 'authentication'];

/** What starts a cluster on this machine: kind InitConfiguration. */
export function initConfiguration(input: KubeadmInput, api: KubeadmApi): Values {
  return withoutEmpty({
    apiVersion: `kubeadm.k8s.io/${api}`,
    kind: 'InitConfiguration',
    bootstrapTokens: [
      {
        token: input.secrets.bootstrapToken,
        // Not `expires`: kubeadm gives every token without a ttl one of 24h first, and then refuses to have both
        // (kubernetes/kubernetes, bootstraptoken/v1/defaults.go and ValidateBootstrapTokens).
        ttl: goDuration(input.tokenTtl),
        usages: TOKEN_USAGES,
        groups: TOKEN_GROUPS,
      },
    ],
    nodeRegistration: nodeRegistration(input, api),
    localAPIEndpoint: localEndpoint(input),
    ...patches(input, api),
    ...timeouts(input, api),
  });
}

/** What brings this machine into the cluster: kind JoinConfiguration; masters bring the control plane along. */
export function joinConfiguration(input: KubeadmInput, api: KubeadmApi): Values {
  const { endpoint } = input.cluster;
  const { discovery } = timeoutsOf(input);
  return withoutEmpty({
    apiVersion: `kubeadm.k8s.io/${api}`,
    kind: 'JoinConfiguration',
    nodeRegistration: nodeRegistration(input, api),
    discovery: {
      bootstrapToken: {
        token: input.secrets.bootstrapToken,
        apiServerEndpoint: endpointText(endpoint),
        caCertHashes: [input.caCertHash],
      },
      ...(api === 'v1beta4' ? {} : { timeout: goDuration(discovery) }),
    },
    // No certificateKey: the cluster's CAs are on every master before it joins.
    ...(input.role === 'master' ? { controlPlane: { localAPIEndpoint: localEndpoint(input) } } : {}),
    ...patches(input, api),
    ...timeouts(input, api),
  });
}

/**
 * What `kubeadm init phase kubeconfig admin` needs to know on a master. Without it kubeadm would look for the container
 * runtime by itself, and up to 1.26 it refuses a machine with two (kubernetes/kubeadm issue 2937), as one with Docker is.
 */
export function administratorConfiguration(input: KubeadmInput, api: KubeadmApi): Values[] {
  const { cluster, version } = input;
  const apiVersion = `kubeadm.k8s.io/${api}`;
  return [
    {
      apiVersion,
      kind: 'InitConfiguration',
      nodeRegistration: {
        ...(input.node ? { name: input.node.name } : {}),
        criSocket: criSocket(input),
      },
      localAPIEndpoint: localEndpoint(input),
    },
    {
      apiVersion,
      kind: 'ClusterConfiguration',
      kubernetesVersion: `v${version}`,
      controlPlaneEndpoint: endpointText(cluster.endpoint),
    },
  ];
}

/** Preflight checks to pass over, by name. */
export function ignoredPreflightErrors(input: KubeadmInput): readonly string[] {
  const ignored = new Set(input.ignorePreflightErrors);
  // From 1.35 on the check of the system fails on cgroup v1, also where the kubelet is told to take it.
  if (input.cgroups === 1 && minorNumber(input.version) >= 35) ignored.add('SystemVerification');
  return [...ignored].sort();
}

function nodeRegistration(input: KubeadmInput, api: KubeadmApi): Values {
  const { node } = input;
  return {
    ...(node ? { name: node.name } : {}),
    criSocket: criSocket(input),
    ...withoutEmpty({ kubeletExtraArgs: extraArgs(api, kubeletFlags(input)) }),
    // Nothing means the role's own taint, an empty list means none: so an empty one stays.
    ...(node?.taints ? { taints: node.taints } : {}),
    ...withoutEmpty({ ignorePreflightErrors: api === 'v1beta1' ? [] : ignoredPreflightErrors(input) }),
    ...(api === 'v1beta3' || api === 'v1beta4' ? { imagePullPolicy: 'IfNotPresent' } : {}),
  };
}

/** From 1.24 on the kubelet wants a URL; kubeadm would add the scheme with a warning. */
function criSocket({ runtime, version }: KubeadmInput): string {
  const isPath = runtime.criSocket.startsWith('/');
  return isPath && minorNumber(version) >= 24 ? `unix://${runtime.criSocket}` : runtime.criSocket;
}

function kubeletFlags(input: KubeadmInput): Record<string, string> {
  const { version, node, pauseImage, imageRepository, cluster } = input;
  const labels = kubeletLabels(node?.labels ?? {});
  // Up to 1.34 kubeadm tells the kubelet which sandbox image to keep from being collected: its own, unless told.
  const keepsOtherPause =
    minorNumber(version) <= 34 && pauseImage !== defaultPauseImage(version, imageRepository);
  const addresses = nodeAddresses(input);
  return {
    ...(addresses.length === 0 ? {} : { 'node-ip': addresses.join(',') }),
    ...(labels.length === 0 ? {} : { 'node-labels': labels.join(',') }),
    ...(keepsOtherPause ? { 'pod-infra-container-image': pauseImage } : {}),
    ...cluster.kubeadm.extraArgs.kubelet,
  };
}

/** The node's address, and in a cluster of two families its first one of the other: a pair is taken from 1.20 on. */
function nodeAddresses({ node, version, cluster }: KubeadmInput): string[] {
  if (node?.address === undefined) return [];
  const { address } = node;
  if (cluster.networks.pods.length < 2 || minorNumber(version) < 20) return [address];
  const other = (node.network?.addresses ?? [])
    .map((prefixed) => prefixed.replace(/\/.*/, ''))
    .find((candidate) => familyOf(candidate) !== familyOf(address));
  return other === undefined ? [address] : [address, other];
}

function localEndpoint({ node, cluster }: KubeadmInput): Values {
  return {
    ...(node?.address === undefined ? {} : { advertiseAddress: node.address }),
    bindPort: cluster.balancer.apiPort,
  };
}

function patches(input: KubeadmInput, api: KubeadmApi): Values {
  const hasField = api === 'v1beta3' || api === 'v1beta4';
  return hasField && patchesOf(input).length > 0 ? { patches: { directory: PATCHES_FOLDER } } : {};
}

export const timeoutsOf = (input: KubeadmInput): Timeouts => ({ ...DEFAULT_TIMEOUTS, ...input.timeouts });

function timeouts(input: KubeadmInput, api: KubeadmApi): Values {
  if (api !== 'v1beta4') return {};
  const { controlPlane, kubelet, discovery, tlsBootstrap } = timeoutsOf(input);
  return {
    timeouts: {
      controlPlaneComponentHealthCheck: goDuration(controlPlane),
      kubeletHealthCheck: goDuration(kubelet),
      discovery: goDuration(discovery),
      tlsBootstrap: goDuration(tlsBootstrap),
    },
  };
}
