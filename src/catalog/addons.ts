import type { Arch } from './operating-systems.ts';
import { minorOf } from './version.ts';

/** A manifest that a project publishes for each release. */
export interface ManifestAddon {
  readonly kind: 'manifest';
  /** Whether it gives pods their network. */
  readonly isNetwork: boolean;
  /** The release that is meant where none is named. */
  readonly version: string;
  readonly url: (version: string) => string;
  /** The pod network as it stands in the manifest, to be replaced by the cluster's. */
  readonly podNetwork?: string;
  /** What is replaced where kubelets have certificates of their own making, which it would not believe. */
  readonly withOwnCertificates?: { readonly find: string; readonly with: string };
}

/** A program for masters; its release archives are held to a sha256. */
export interface ToolAddon {
  readonly kind: 'tool';
  readonly version: string;
  readonly url: (version: string, arch: Arch) => string;
  readonly checksums: Readonly<Record<Arch, Readonly<Record<string, string>>>>;
}

const github = (project: string, version: string, file: string): string =>
  `https://github.com/${project}/releases/download/v${version}/${file}`;

/** metrics-server's flag to believe whoever answers at a kubelet's address. */
export const INSECURE_KUBELETS = '--kubelet-insecure-tls';

/**
 * What can be asked for by name. Manifests: release pages of each project, 2026-08; they publish no checksums, so these come
 * from the cluster file. Checksums of tools: the list of kubernetes-sigs/kubespray (commit 46dbdd399, 2026-08-21), of helm 3.20.0 its release page.
 */
export const KNOWN_ADDONS = {
  flannel: {
    kind: 'manifest',
    isNetwork: true,
    version: '0.28.9',
    url: (version) => github('flannel-io/flannel', version, 'kube-flannel.yml'),
    podNetwork: '10.244.0.0/16',
  },
  // Takes the pod network from kubeadm's configuration by itself.
  calico: {
    kind: 'manifest',
    isNetwork: true,
    version: '3.32.1',
    url: (version) =>
      `https://raw.githubusercontent.com/projectcalico/calico/v${version}/manifests/calico.yaml`,
  },
  'metrics-server': {
    kind: 'manifest',
    isNetwork: false,
    version: '0.8.1',
    url: (version) => github('kubernetes-sigs/metrics-server', version, 'components.yaml'),
    // Instead of an argument that says what its default comes to: kubelets' port is 10250. Source: components.yaml of 0.4 to 0.8.
    withOwnCertificates: { find: '--kubelet-use-node-status-port', with: INSECURE_KUBELETS },
  },
  helm: {
    kind: 'tool',
    version: '3.20.0',
    url: (version, arch) => `https://get.helm.sh/helm-v${version}-linux-${arch}.tar.gz`,
    checksums: {
      arm64: {
        '3.20.0': 'bfb14953295d5324d47ab55f3dfba6da28d46c848978c8fbf412d4271bdc29f1',
        '3.18.4': 'c0a45e67eef0c7416a8a8c9e9d5d2d30d70e4f4d3f7bea5de28241fffa8f3b89',
        '3.17.3': '7944e3defd386c76fd92d9e6fec5c2d65a323f6fadc19bfb5e704e3eee10348e',
        '3.16.4': 'd3f8f15b3d9ec8c8678fbf3280c3e5902efabe5912e2f9fcf29107efbc8ead69',
      },
      amd64: {
        '3.20.0': 'dbb4c8fc8e19d159d1a63dda8db655f9ffa4aac1b9a6b188b34a40957119b286',
        '3.18.4': 'f8180838c23d7c7d797b208861fecb591d9ce1690d8704ed1e4cb8e2add966c1',
        '3.17.3': 'ee88b3c851ae6466a3de507f7be73fe94d54cbf2987cbaa3d1a3832ea331f2cd',
        '3.16.4': 'fc307327959aa38ed8f9f7e66d45492bb022a66c3e5da6063958254b9767d179',
      },
    },
  },
  nerdctl: {
    kind: 'tool',
    version: '2.3.0',
    url: (version, arch) => github('containerd/nerdctl', version, `nerdctl-${version}-linux-${arch}.tar.gz`),
    checksums: {
      arm64: {
        '2.3.0': '7c53628e76cdb6bd7642f8aef7f838d413dd53957c6bbf5a78dc2208d58b81f1',
        '2.2.2': '4e222d6be16d94052079a4773e04f21c82e07f9b5847163fed78396e6ad8eeb5',
        '1.7.7': '230ad8f4f88100774d123213a427d3d43071e0dcf9f70efbea50ab9efff1cd4c',
      },
      amd64: {
        '2.3.0': 'e81f6f999cce35ed998cf24b922855d37306bf2ff0e4c0df80492d82b0b58fd6',
        '2.2.2': '6f637760fb2875e3454e97c3de7438fd17281b5996908cbd8ee1c872b0653cc8',
        '1.7.7': '298bb95aee485b24d566115ef7e4e90951dd232447b05de5646a652a23db70a9',
      },
    },
  },
} as const satisfies Readonly<Record<string, ManifestAddon | ToolAddon>>;

/**
 * The Kubernetes minor that each helm is built for; it works with that one and three before it. Source: helm.sh, "Helm Version
 * Support Policy", 2026-08.
 */
const HELM_MINORS: Readonly<Record<string, number>> = {
  '3.14': 29,
  '3.15': 30,
  '3.16': 31,
  '3.17': 32,
  '3.18': 33,
  '3.19': 34,
  '3.20': 35,
  '4.0': 34,
  '4.1': 35,
  '4.2': 36,
};

/** First and last minor of Kubernetes that a helm (`3.20.0`) is for; undefined where that is not known. */
export function minorsOfHelm(version: string): readonly [first: number, last: number] | undefined {
  const last = HELM_MINORS[minorOf(version)];
  return last === undefined ? undefined : [last - 3, last];
}

export type KnownAddon = keyof typeof KNOWN_ADDONS;

/** What the catalog knows of an add-on of that name, if anything. */
export function knownAddon(name: string): ManifestAddon | ToolAddon | undefined {
  return Object.hasOwn(KNOWN_ADDONS, name) ? KNOWN_ADDONS[name as KnownAddon] : undefined;
}

/** kube-vip's release of 2026-08-10. Source: kube-vip's release page. */
export const KUBE_VIP_IMAGE = 'ghcr.io/kube-vip/kube-vip:v1.2.3';
