import { balancerFiles } from '../balancer/files.ts';
import { kubeVipManifest, type KubeVipPhase } from '../balancer/kube-vip.ts';
import type { BalancerPieces } from '../balancer/file.ts';
import type { Cluster, ClusterNode, ClusterRole } from '../cluster/cluster.ts';
import { firstMaster, hostsEntriesOf } from '../cluster/views.ts';
import { kubeadmFiles } from '../kubeadm/emit.ts';
import type { PackageManager } from '../catalog/operating-systems.ts';
import type { KubeadmInput, RuntimeFacts } from '../kubeadm/input.ts';
import { caCertHash } from '../secrets/ca-hash.ts';
import type { ClusterSecrets } from '../secrets/cluster-secrets.ts';
import type { SecretText } from '../secrets/secret-text.ts';
import { machineEnvironment } from './environment.ts';
import { addonFiles } from './addons.ts';
import { placedFiles, type PlacedFile } from './placed-files.ts';
import { proxyFiles } from './proxy.ts';
import { settingsFiles } from './settings.ts';
import { upkeepFiles } from './upkeep.ts';

/** In memory, on a machine: gone with the power, and written again by user-data until first boot has ended well. */
export const INPUT_FOLDER = '/run/bake/firstboot';

/** A file that user-data brings, below {@link INPUT_FOLDER}. It is root's. */
export interface MachineFile {
  readonly path: string;
  readonly mode: '0600';
  readonly text: SecretText;
}

/** What the profile says of machines that run Kubernetes. */
export interface KubernetesFacts {
  /** Exact: `1.35.8`. */
  readonly version: string;
  readonly runtime: RuntimeFacts;
  readonly imageRepository: string;
  readonly pauseImage: string;
  readonly proxyMode: KubeadmInput['proxyMode'];
  readonly circumstances?: Circumstances;
}

/** What only a rehearsal needs: machines in containers share the host's kernel, emulated ones are slow. */
export type Circumstances = Pick<
  KubeadmInput,
  'ignorePreflightErrors' | 'cgroups' | 'sharesKernel' | 'timeouts'
>;

export interface MachineInput {
  readonly cluster: Cluster;
  readonly secrets: ClusterSecrets;
  readonly role: ClusterRole;
  /** Absent for a machine that nobody names, which is a worker. */
  readonly node?: ClusterNode;
  /** Absent for balancers. */
  readonly kubernetes?: KubernetesFacts;
  readonly balancer: BalancerPieces;
  readonly packageManager: PackageManager;
  /** Where the profile takes packages from. */
  readonly packageHosts: readonly string[];
}

/**
 * Everything that first boot (userdata/firstboot) finds on its machine: who it is, whom it may believe, what it is to
 * start or join. Pure. Masters get the keys of the cluster's authorities: with `static` discovery any of them may have to
 * sign (DESIGN: discovery).
 */
export function machineFiles(input: MachineInput): MachineFile[] {
  const { cluster, secrets, role, node } = input;
  const kubeadm = kubeadmOf(input);
  const isInput = ({ path }: { readonly path: string }): boolean => path.startsWith(`${INPUT_FOLDER}/`);
  const kubeadmFilesIn = (kubeadm?.files ?? []).filter(isInput);
  const kubeadmFilesElsewhere = (kubeadm?.files ?? []).filter((one) => !isInput(one));
  const hosts = hostsEntriesOf(cluster).map(({ address, names }) => `${address} ${names.join(' ')}\n`);
  return [
    file(
      'machine.env',
      machineEnvironment(input, { init: kubeadm?.initArgs ?? [], join: kubeadm?.joinArgs ?? [] }),
    ),
    file('hosts', hosts.join('')),
    ...authorities(role, secrets),
    ...kubeadmFilesIn.map(({ path, mode, text }) => ({ path, mode, text })),
    ...(node && node.name === firstMaster(cluster).name ? addonFiles(cluster, file) : []),
    ...(role === 'master' ? kubeVip(input) : []),
    ...placedFiles(
      [
        ...kubeadmFilesElsewhere.map(({ path, mode, text }) => rootFile(path, mode, text)),
        ...proxyFiles(input),
        ...settingsFiles(cluster, node),
        ...(role === 'master' ? upkeepFiles(cluster) : []),
        ...(role === 'haproxy' && node ? balancer(input, node) : []),
      ],
      file,
    ),
    // cloud-init writes files in this order: first boot knows by the last one that it has them all.
    file('complete', 'Written last.\n'),
  ];
}

/**
 * What a stock machine needs before first boot: the way out, for the packages and images that provisioning fetches. First boot finds
 * it in its place.
 */
export function earlyFiles(input: MachineInput): Omit<PlacedFile, 'units'>[] {
  return proxyFiles(input).map(({ units: _, ...rest }) => rest);
}

/** A file that first boot reads in its input folder. */
export type PutInput = (name: string, text: SecretText) => MachineFile;
const file: PutInput = (name, text) => ({
  path: `${INPUT_FOLDER}/${name}`,
  mode: '0600',
  text,
});

const rootFile = (path: string, mode: string, text: SecretText): PlacedFile => ({
  path,
  mode,
  owner: 'root',
  group: 'root',
  text,
});

/** Everybody may know whom to believe; who joins as a master must be able to sign. */
function authorities(role: ClusterRole, { authorities: all, serviceAccount }: ClusterSecrets): MachineFile[] {
  const certificate = file('pki/ca.crt', all.kubernetes.certificate);
  if (role !== 'master') return [certificate];
  return [
    certificate,
    file('pki/ca.key', all.kubernetes.key),
    file('pki/front-proxy-ca.crt', all.frontProxy.certificate),
    file('pki/front-proxy-ca.key', all.frontProxy.key),
    file('pki/etcd/ca.crt', all.etcd.certificate),
    file('pki/etcd/ca.key', all.etcd.key),
    file('pki/sa.key', serviceAccount.privateKey),
    file('pki/sa.pub', serviceAccount.publicKey),
  ];
}

function kubeadmOf({ cluster, secrets, role, node, kubernetes }: MachineInput) {
  if (role === 'haproxy') return undefined;
  if (!kubernetes) throw new Error(`a ${role} has Kubernetes`);
  const { externalEtcdKey } = secrets;
  return kubeadmFiles({
    cluster,
    role,
    ...(node ? { node } : {}),
    initialiser: node?.name === firstMaster(cluster).name,
    version: kubernetes.version,
    runtime: kubernetes.runtime,
    imageRepository: kubernetes.imageRepository,
    pauseImage: kubernetes.pauseImage,
    ...kubernetes.circumstances,
    proxyMode: cluster.kubeadm.proxyMode ?? kubernetes.proxyMode,
    caCertHash: caCertHash(secrets.authorities.kubernetes.certificate),
    tokenTtl: secrets.bootstrapToken.ttl ?? cluster.discovery.tokenTtl,
    secrets: {
      bootstrapToken: secrets.bootstrapToken.token,
      encryptionKey: secrets.encryptionKey,
      ...(externalEtcdKey === undefined ? {} : { externalEtcdKey }),
    },
  });
}

/** First boot puts one or the other in place when its time has come: it must be neither there before joining nor after resetting. */
function kubeVip({ cluster, node, kubernetes }: MachineInput): MachineFile[] {
  if (cluster.virtualIp?.by !== 'kube-vip' || !kubernetes) return [];
  const manifest = (phase: KubeVipPhase): MachineFile =>
    file(`kube-vip/${phase}.yaml`, kubeVipManifest(cluster, kubernetes.version, phase).text);
  return [...(node?.name === firstMaster(cluster).name ? [manifest('init')] : []), manifest('settled')];
}

/** Where nobody said which interface carries the virtual IP, first boot finds it (userdata/firstboot/firstboot, balance). */
function balancer({ cluster, secrets, balancer: pieces }: MachineInput, node: ClusterNode): PlacedFile[] {
  const ca = secrets.authorities.kubernetes.certificate;
  return balancerFiles(cluster, node.name, { secrets, ca }, pieces).map(
    ({ path, mode, owner, group, text }) => ({
      path,
      mode,
      owner,
      group,
      text,
    }),
  );
}
