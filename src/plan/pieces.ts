import type { PackageManager } from '../catalog/operating-systems.ts';
import { STAND_IN_FILES, type StandInPiece } from './stand-in-files.ts';

/** The free-text pieces of userdata/ that plans and emitters are made from; the command line reads them. */
export interface Pieces {
  /** userdata/provision.sh: the helpers that every provision.sh begins with. */
  readonly provisionHelpers: string;
  /** userdata/provision-apt.sh, provision-dnf.sh: those that speak to the package manager. */
  readonly packageHelpers: Readonly<Record<PackageManager, string>>;
  /** userdata/verify.sh: the helpers that every verify.sh begins with. */
  readonly verifyHelpers: string;
  /** Baked where a registry has credentials: gives them to the runtime at boot. */
  readonly registryLogin: string;
  readonly swapOffService: string;
  readonly nvmeHostService: string;
  readonly firewallRules: string;
  readonly firewallService: string;
  readonly criDockerService: string;
  readonly criDockerSocket: string;
  readonly kubeletService: string;
  readonly kubeadmDropIn: string;
  /** userdata/firstboot: by the name of the file. */
  readonly firstBoot: Readonly<Record<FirstBootPiece, string>>;
  /** userdata/stand-in: by the name of the program or module. */
  readonly standIn: Readonly<Record<StandInPiece, string>>;
}

export type FirstBootPiece = keyof (typeof PIECE_FILES)['firstBoot'];

/** Where each piece lies below userdata/. */
export const PIECE_FILES = {
  provisionHelpers: 'provision.sh',
  packageHelpers: { apt: 'provision-apt.sh', dnf: 'provision-dnf.sh' },
  verifyHelpers: 'verify.sh',
  registryLogin: 'registry-login',
  swapOffService: 'bake-swap-off.service',
  nvmeHostService: 'bake-nvme-host.service',
  firewallRules: 'firewall.nft',
  firewallService: 'bake-firewall.service',
  criDockerService: 'cri-docker.service',
  criDockerSocket: 'cri-docker.socket',
  kubeletService: 'kubelet.service',
  kubeadmDropIn: '10-kubeadm.conf',
  firstBoot: {
    firstboot: 'firstboot/firstboot',
    'decide.sh': 'firstboot/decide.sh',
    'cluster.sh': 'firstboot/cluster.sh',
    'files.sh': 'firstboot/files.sh',
    'kubeadm.sh': 'firstboot/kubeadm.sh',
    'keep-cloud-init': 'firstboot/keep-cloud-init',
    'bake-status': 'firstboot/bake-status',
    'bake-reset': 'firstboot/bake-reset',
    'bake-upkeep': 'firstboot/bake-upkeep',
    'bake-firstboot.service': 'firstboot/bake-firstboot.service',
    'bake-cloud-memory.service': 'firstboot/bake-cloud-memory.service',
    'bake-keep-cloud-init.service': 'firstboot/bake-keep-cloud-init.service',
    'bake-upkeep.service': 'firstboot/bake-upkeep.service',
    'bake-upkeep.timer': 'firstboot/bake-upkeep.timer',
  },
  standIn: STAND_IN_FILES,
} as const;
