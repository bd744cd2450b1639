import { downloadUrl } from '../catalog/downloads.ts';
import { kubernetesRelease, type KubernetesRelease } from '../catalog/kubernetes.ts';
import { kernelModules, roleSysctls, type Sysctl } from '../catalog/modules.ts';
import { OPERATING_SYSTEMS, type PackageManager } from '../catalog/operating-systems.ts';
import { kubernetesRepository } from '../catalog/repositories.ts';
import { DEFAULT_CRI_DOCKERD } from '../catalog/runtime.ts';
import type { Kubernetes, Profile, ResolvedProfile, Runtime } from '../profile/profile.ts';
import type { StandInPackage } from '../steps/stand-in.ts';
import { STAND_IN_FOLDER, STAND_IN_KEYRING } from '../steps/stand-in.ts';
import { decidedBy, inLayer, rootFile, type Draft } from './draft.ts';
import type { Pieces } from './pieces.ts';
import type { OsId } from './plan.ts';
import { criSocket, requireChecksum, usesDockershim } from './runtime.ts';
import { standInPackages } from './stand-in.ts';

const onHost = inLayer('runtime');
const draft = inLayer('kubernetes');

/** Package revisions of the repositories per minor and of the old ones; of the former 1.1 but for rebuilds (krel metadata). */
const REVISIONS = {
  apt: { 'per-minor': '1.1', legacy: '00' },
  dnf: { 'per-minor': '1.1', legacy: '0' },
} as const;

/** What RPMs of the repositories per minor have before their revision: the system that they are built on (krel metadata). */
const RPM_BUILT_ON = '150500.';

/** What the kubelet and kubeadm's preflight call by name; since 1.30 kubeadm's package no longer depends on it. */
const HOST_TOOLS = {
  apt: [
    // Debian's and Ubuntu's kernels have it on; without the parser no container is confined, and Docker's package refuses.
    'apparmor',
    'conntrack',
    'ebtables',
    'ethtool',
    'iproute2',
    'ipset',
    'iptables',
    'kmod',
    'socat',
    'util-linux',
  ],
  // ebtables comes with iptables-nft (RHEL 9, "Considerations in adopting").
  dnf: [
    'conntrack-tools',
    'ethtool',
    'iproute',
    'iproute-tc',
    'ipset',
    'iptables-nft',
    'kmod',
    'socat',
    'util-linux',
  ],
} as const;

/** Systems that keep modules of nodes in packages of their own. */
const MODULES_APART: ReadonlySet<OsId> = new Set(['rocky-10']);

/**
 * Interfaces of pods and between nodes, as flannel, Calico and Cilium call them. NetworkManager would have a hand in their routes (Calico's
 * and RKE2's documentation, "NetworkManager").
 */
const POD_INTERFACES = [
  ...['cni*', 'flannel*'],
  ...['cali*', 'tunl*', 'vxlan.calico', 'vxlan-v6.calico', 'wireguard.cali', 'wg-v6.cali'],
  ...['cilium*', 'lxc*'],
];

/** NetworkManager.conf(5), `unmanaged-devices`. Debian's and Ubuntu's servers have no NetworkManager. */
function leavePodInterfaces({ os }: Profile): Draft[] {
  if (OPERATING_SYSTEMS[os].packageManager !== 'dnf') return [];
  const devices = POD_INTERFACES.map((name) => `interface-name:${name}`).join(';');
  const text = `# Written by bake.\n[keyfile]\nunmanaged-devices=${devices}\n`;
  return [
    onHost(['os'], rootFile('/etc/NetworkManager/conf.d/50-bake.conf', text, ['NetworkManager.service'])),
  ];
}

/** Kernel and tools that a node needs, before the runtime. */
export function planNodeHost({ profile }: ResolvedProfile): Draft[] {
  const { kubernetes, system, role } = profile;
  if (!kubernetes) return [];
  const { packageManager } = OPERATING_SYSTEMS[profile.os];
  const tools = [...HOST_TOOLS[packageManager], ...(kubernetes.proxyMode === 'ipvs' ? ['ipvsadm'] : [])];
  const modules = [...new Set([...neededModules(profile), ...system.modules])];
  return [
    ...(MODULES_APART.has(profile.os)
      ? [onHost(['os'], { kind: 'kernel-modules-extra' as const, input: {} })]
      : []),
    onHost(['system', 'modules'], { kind: 'kernel-modules', input: { modules } }),
    onHost(['system', 'sysctl'], {
      kind: 'sysctl',
      input: { values: sysctlValues(roleSysctls(role), system.sysctl) },
    }),
    onHost(['kubernetes'], {
      kind: 'package',
      input: { purpose: 'tools of a node', packages: tools.map((name) => ({ name })) },
    }),
    ...leavePodInterfaces(profile),
  ];
}

/** What the role needs, with what the profile says laid over it. */
export function sysctlValues(
  needed: readonly Sysctl[],
  own: Readonly<Record<string, string | number>>,
): Record<string, string> {
  const values = { ...Object.fromEntries(needed.map(({ key, value }) => [key, value])), ...own };
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));
}

function neededModules({ role, os, kubernetes }: Profile): string[] {
  const needed = kernelModules(role, kubernetes?.proxyMode ?? 'iptables', OPERATING_SYSTEMS[os].kernel);
  return needed.map(({ name }) => name);
}

/** kubeadm, kubelet, kubectl, cri-tools and kubernetes-cni, pinned and held. */
export function planKubernetes(resolved: ResolvedProfile, pieces: Pieces, standIn: boolean): Draft[] {
  const { kubernetes, runtime } = resolved.profile;
  if (!kubernetes || !runtime) return [];
  const release = kubernetesRelease(kubernetes.version);
  if (!release) throw new Error(`no release ${kubernetes.version}; the rules let it through`);
  const install = standIn
    ? installStandIns(kubernetes, runtime, release, pieces)
    : kubernetes.source === 'binaries'
      ? installBinaries(resolved, kubernetes, release, pieces)
      : installPackages(resolved, kubernetes, release);
  const socket = criSocket(runtime, kubernetes);
  const dockershim = usesDockershim(runtime, kubernetes);
  return [
    ...install,
    ...(dockershim
      ? []
      : [
          draft(['runtime', 'engine'], rootFile('/etc/crictl.yaml', crictlYaml(socket))),
          draft(
            ['runtime', 'engine'],
            rootFile(kubeletDefaultsFile(resolved.profile), kubeletDefaults(socket, release, runtime)),
          ),
        ]),
    draft(['runtime', 'engine'], {
      kind: 'unit',
      input: { unit: 'kubelet.service', dropIn: '20-bake.conf', content: kubeletDropIn(runtime, dockershim) },
    }),
    ...(runtime.engine === 'docker' && !dockershim
      ? [
          draft(['runtime', 'criDockerd'], {
            kind: 'service',
            input: { unit: 'cri-docker.socket', state: 'enabled', active: true },
          }),
          draft(['runtime', 'criDockerd'], {
            kind: 'service',
            input: { unit: 'cri-docker.service', state: 'enabled', active: true },
          }),
        ]
      : []),
    // Not active: it begins when kubeadm has written its configuration.
    draft(['kubernetes', 'version'], {
      kind: 'service',
      input: { unit: 'kubelet.service', state: 'enabled', active: false },
    }),
    ...(kubernetes.completion ? planCompletion(dockershim) : []),
  ];
}

interface Pinned {
  readonly name: string;
  readonly version?: string;
}

/**
 * The packages of one release. kubelet, kubeadm and kubectl at an exact revision; companions as exactly as is known: the
 * package's revision, the upstream version, or (a warning has said so) whatever the repository has.
 */
function packageVersions(
  kubernetes: Kubernetes,
  release: KubernetesRelease,
  packageManager: PackageManager,
): Pinned[] {
  const asBuilt = (version: string): string =>
    packageManager === 'dnf' && release.packageStyle === 'per-minor'
      ? version.replace('-', `-${RPM_BUILT_ON}`)
      : version;
  const revision = kubernetes.revision ?? REVISIONS[packageManager][release.packageStyle];
  const own = asBuilt(`${kubernetes.version}-${revision}`);
  const companion = (
    name: string,
    written: string | undefined,
    exact: string | undefined,
    upstream: string | undefined,
  ): Pinned => {
    const version =
      written ??
      (exact === undefined ? undefined : asBuilt(exact)) ??
      (upstream === undefined ? undefined : `${upstream}-*`);
    return version === undefined ? { name } : { name, version };
  };
  return [
    companion('cri-tools', kubernetes.criTools, release.criToolsPackage, release.criTools?.version),
    companion('kubernetes-cni', kubernetes.cni, release.cniPackage, release.cni?.version),
    { name: 'kubelet', version: own },
    { name: 'kubeadm', version: own },
    { name: 'kubectl', version: own },
  ];
}

function installPackages(
  resolved: ResolvedProfile,
  kubernetes: Kubernetes,
  release: KubernetesRelease,
): Draft[] {
  const { packageManager } = OPERATING_SYSTEMS[resolved.profile.os];
  const found = kubernetesRepository(kubernetes.source, kubernetes.version, { packageManager });
  if ('reason' in found) throw new Error(`${found.reason}; the rules let it through`);
  const { uri, suite, components, keyUrl, fingerprint } = found.repository;
  return [
    draft(decidedBy(resolved, ['kubernetes', 'source'], ['mirrors'], ['kubernetes', 'version']), {
      kind: 'repository',
      input: { name: 'kubernetes', uri, suite, components, key: { url: keyUrl, fingerprint } },
    }),
    draft(['kubernetes', 'version'], {
      kind: 'package',
      input: {
        purpose: 'Kubernetes',
        packages: packageVersions(kubernetes, release, packageManager),
        hold: true,
        repository: 'kubernetes',
      },
    }),
  ];
}

function installStandIns(
  kubernetes: Kubernetes,
  runtime: Runtime,
  release: KubernetesRelease,
  pieces: Pieces,
): Draft[] {
  // A stand-in needs a version of its own, also where that of the real one is not known exactly.
  const versions = packageVersions(kubernetes, release, 'apt').map(({ name, version = '0-*' }) => ({
    name,
    version: version.replace('*', REVISIONS.apt[release.packageStyle]),
  }));
  const withDocker = runtime.engine === 'docker' && !usesDockershim(runtime, kubernetes);
  const all = withDocker
    ? [...versions, { name: 'cri-dockerd', version: `${runtime.criDockerd ?? DEFAULT_CRI_DOCKERD}-0` }]
    : versions;
  const made: readonly StandInPackage[] = standInPackages(all, kubernetes.version, pieces);
  return [
    draft(['kubernetes', 'version'], { kind: 'stand-in', input: { packages: made } }),
    draft(['kubernetes', 'version'], {
      kind: 'repository',
      input: {
        name: 'kubernetes',
        uri: `file:${STAND_IN_FOLDER}`,
        suite: './',
        components: [],
        key: { file: STAND_IN_KEYRING },
      },
    }),
    draft(['kubernetes', 'version'], {
      kind: 'package',
      input: { purpose: 'Kubernetes (stand-in)', packages: all, hold: true, repository: 'kubernetes' },
    }),
  ];
}

function installBinaries(
  { profile }: ResolvedProfile,
  kubernetes: Kubernetes,
  release: KubernetesRelease,
  pieces: Pieces,
): Draft[] {
  const { arch } = profile;
  const program = (component: 'kubeadm' | 'kubelet' | 'kubectl'): Draft =>
    draft(['kubernetes', 'version'], {
      kind: 'artifact',
      input: {
        name: `${component} ${kubernetes.version}`,
        url: downloadUrl(component, arch, kubernetes.version),
        sha256: requireChecksum(component, arch, kubernetes.version),
        install: { as: 'file', path: `/usr/bin/${component}` },
      },
    });
  const upstream = (packageVersion: string | undefined, known: string | undefined): string => {
    const version = packageVersion?.replace(/-.*/, '') ?? known;
    if (version === undefined)
      throw new Error(`companions of ${release.minor} unknown; the rules let it through`);
    return version;
  };
  const cni = upstream(kubernetes.cni, release.cni?.version);
  const criTools = upstream(kubernetes.criTools, release.criTools?.version);
  return [
    draft(['kubernetes', 'version'], {
      kind: 'artifact',
      input: {
        name: `CNI plugins ${cni}`,
        url: downloadUrl('cni-plugins', arch, cni),
        sha256: requireChecksum('cni-plugins', arch, cni),
        install: {
          as: 'archive',
          component: 'cni-plugins',
          folder: '/opt/cni/bin',
          stripComponents: 1,
          members: CNI_PLUGINS.map((name) => `./${name}`),
        },
      },
    }),
    draft(['kubernetes', 'version'], {
      kind: 'artifact',
      input: {
        name: `crictl ${criTools}`,
        url: downloadUrl('crictl', arch, criTools),
        sha256: requireChecksum('crictl', arch, criTools),
        install: {
          as: 'archive',
          component: 'crictl',
          folder: '/usr/bin',
          stripComponents: 0,
          members: ['crictl'],
        },
      },
    }),
    program('kubelet'),
    program('kubeadm'),
    program('kubectl'),
    draft(['kubernetes', 'source'], {
      kind: 'unit',
      input: { unit: 'kubelet.service', content: pieces.kubeletService },
    }),
    draft(['kubernetes', 'source'], {
      kind: 'unit',
      input: { unit: 'kubelet.service', dropIn: '10-kubeadm.conf', content: pieces.kubeadmDropIn },
    }),
  ];
}

/** Of the CNI plugins archive, those that nodes and the usual networks call. */
const CNI_PLUGINS = [
  'bandwidth',
  'bridge',
  'dhcp',
  'dummy',
  'firewall',
  'host-device',
  'host-local',
  'ipvlan',
  'loopback',
  'macvlan',
  'portmap',
  'ptp',
  'sbr',
  'static',
  'tap',
  'tuning',
  'vlan',
  'vrf',
];

function crictlYaml(socket: string): string {
  return `# Written by bake.\nruntime-endpoint: ${socket}\nimage-endpoint: ${socket}\ntimeout: 10\ndebug: false\n`;
}

/** Where the unit of the packages, or our own of the binaries (userdata/10-kubeadm.conf), reads it. */
const kubeletDefaultsFile = ({ os, kubernetes }: Profile): string =>
  OPERATING_SYSTEMS[os].packageManager === 'dnf' && kubernetes?.source !== 'binaries'
    ? '/etc/sysconfig/kubelet'
    : '/etc/default/kubelet';

/** `--container-runtime=remote` had a meaning until 1.26 and is an unknown flag since 1.27. */
function kubeletDefaults(
  socket: string,
  release: KubernetesRelease,
  { cgroupDriver }: Pick<Runtime, 'cgroupDriver'>,
): string {
  const minor = Number(release.minor.split('.')[1]);
  const args = [
    ...(minor <= 23 ? ['--container-runtime=remote'] : []),
    `--container-runtime-endpoint=${socket}`,
    // kubeadm's own choice is systemd from 1.22 on, and the kubelet's cgroupfs before.
    ...(minor <= 21 || cgroupDriver !== 'systemd' ? [`--cgroup-driver=${cgroupDriver}`] : []),
  ];
  return `# Written by bake.\nKUBELET_EXTRA_ARGS=${args.join(' ')}\n`;
}

/**
 * The kubelet comes after its runtime, and not before kubeadm has written its configuration, which is when kubeadm starts it
 * (cmd/kubeadm/app/cmd/phases/init/kubelet.go, join/kubelet.go). The packages' own unit is restarted every ten seconds until
 * then, for as long as a machine waits for its cluster.
 */
function kubeletDropIn(runtime: Runtime, dockershim: boolean): string {
  const docker = dockershim ? 'docker.service' : 'docker.service cri-docker.service';
  const unit = runtime.engine === 'containerd' ? 'containerd.service' : docker;
  return `# Written by bake.\n[Unit]\nWants=${unit}\nAfter=${unit} time-sync.target\nConditionPathExists=/var/lib/kubelet/config.yaml\n`;
}

function planCompletion(dockershim: boolean): Draft[] {
  return ['kubectl', 'kubeadm', ...(dockershim ? [] : ['crictl'])].map((program) => {
    const path = `/etc/bash_completion.d/${program}`;
    return draft(['kubernetes', 'completion'], {
      kind: 'command',
      input: {
        name: `shell completion of ${program}`,
        run: `mkdir -p /etc/bash_completion.d\n${program} completion bash >${path}.new\nmv -f ${path}.new ${path}`,
        creates: path,
      },
    });
  });
}
