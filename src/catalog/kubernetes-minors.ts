/** Values with the patch from which each holds, ascending, the first from patch 0. */
export type SincePatch = readonly [readonly [0, string], ...(readonly [number, string])[]];

/** A companion package: upstream version, and the Debian revision at pkgs.k8s.io where it was seen. */
export interface Companion {
  readonly version: string;
  readonly revision?: string;
}

export interface KubernetesMinor {
  /** `1.35` */
  readonly minor: string;
  /** Last patch known. */
  readonly lastPatch: number;
  /** The minor has ended, but its last patches were not seen. */
  readonly isOpen?: true;
  /** Patch numbers that were never released. */
  readonly skipped?: readonly number[];
  /** Day of patch 0 and last day of support, YYYY-MM-DD. */
  readonly released: string;
  readonly supportEnds: string;
  readonly pause: string;
  readonly etcd: SincePatch;
  readonly coredns: SincePatch;
  /** The configuration version to write for this kubeadm. */
  readonly kubeadmApi: 'v1beta2' | 'v1beta3' | 'v1beta4';
  readonly cni?: Companion;
  readonly criTools?: Companion;
}

/**
 * Sources. Dates and patches: endoflife.date (2026-08-22), kubernetes.io/releases/patch-releases (September 2026). Images:
 * minikube's kubeadm image tables (2026-08-23), the 1.37 row from its rc.0. kubeadm API: kubernetes/sig-release notes
 * (2026-08-13) and Cluster API's choice of version. Companions: kubernetes/release krel metadata (2026-07-24); a
 * revision only where the package itself was seen.
 */
export const KUBERNETES_MINORS: readonly KubernetesMinor[] = [
  {
    minor: '1.17',
    lastPatch: 17,
    skipped: [10],
    released: '2019-12-07',
    supportEnds: '2020-12-25',
    pause: '3.1',
    etcd: [[0, '3.4.3-0']],
    coredns: [[0, '1.6.5']],
    kubeadmApi: 'v1beta2',
  },
  {
    minor: '1.18',
    lastPatch: 20,
    skipped: [7, 11],
    released: '2020-03-25',
    supportEnds: '2021-06-18',
    pause: '3.2',
    etcd: [[0, '3.4.3-0']],
    coredns: [[0, '1.6.7']],
    kubeadmApi: 'v1beta2',
  },
  {
    minor: '1.19',
    lastPatch: 16,
    released: '2020-08-26',
    supportEnds: '2021-10-28',
    pause: '3.2',
    etcd: [
      [0, '3.4.9-1'],
      [1, '3.4.13-0'],
    ],
    coredns: [[0, '1.7.0']],
    kubeadmApi: 'v1beta2',
  },
  {
    minor: '1.20',
    lastPatch: 15,
    released: '2020-12-08',
    supportEnds: '2022-02-28',
    pause: '3.2',
    etcd: [[0, '3.4.13-0']],
    coredns: [[0, '1.7.0']],
    kubeadmApi: 'v1beta2',
  },
  {
    minor: '1.21',
    lastPatch: 14,
    released: '2021-04-08',
    supportEnds: '2022-06-28',
    pause: '3.4.1',
    etcd: [[0, '3.4.13-0']],
    coredns: [[0, 'v1.8.0']],
    kubeadmApi: 'v1beta2',
  },
  {
    minor: '1.22',
    lastPatch: 17,
    released: '2021-08-04',
    supportEnds: '2022-10-28',
    pause: '3.5',
    etcd: [
      [0, '3.5.0-0'],
      [17, '3.5.6-0'],
    ],
    coredns: [[0, 'v1.8.4']],
    kubeadmApi: 'v1beta3',
  },
  {
    minor: '1.23',
    lastPatch: 17,
    released: '2021-12-07',
    supportEnds: '2023-02-28',
    pause: '3.6',
    etcd: [
      [0, '3.5.1-0'],
      [14, '3.5.5-0'],
      [15, '3.5.6-0'],
    ],
    coredns: [[0, 'v1.8.6']],
    kubeadmApi: 'v1beta3',
  },
  {
    minor: '1.24',
    lastPatch: 17,
    released: '2022-05-03',
    supportEnds: '2023-07-28',
    pause: '3.7',
    etcd: [
      [0, '3.5.3-0'],
      [8, '3.5.5-0'],
      [9, '3.5.6-0'],
    ],
    coredns: [[0, 'v1.8.6']],
    kubeadmApi: 'v1beta3',
  },
  {
    minor: '1.25',
    lastPatch: 16,
    released: '2022-08-23',
    supportEnds: '2023-10-27',
    pause: '3.8',
    etcd: [
      [0, '3.5.4-0'],
      [4, '3.5.5-0'],
      [5, '3.5.6-0'],
      [15, '3.5.9-0'],
    ],
    coredns: [[0, 'v1.9.3']],
    kubeadmApi: 'v1beta3',
  },
  {
    minor: '1.26',
    lastPatch: 15,
    released: '2022-12-08',
    supportEnds: '2024-02-28',
    pause: '3.9',
    etcd: [
      [0, '3.5.6-0'],
      [10, '3.5.9-0'],
      [13, '3.5.10-0'],
    ],
    coredns: [[0, 'v1.9.3']],
    kubeadmApi: 'v1beta3',
  },
  {
    minor: '1.27',
    lastPatch: 16,
    released: '2023-04-11',
    supportEnds: '2024-06-28',
    pause: '3.9',
    etcd: [
      [0, '3.5.7-0'],
      [7, '3.5.9-0'],
      [10, '3.5.10-0'],
      [12, '3.5.12-0'],
    ],
    coredns: [[0, 'v1.10.1']],
    kubeadmApi: 'v1beta3',
  },
  {
    minor: '1.28',
    lastPatch: 15,
    released: '2023-08-15',
    supportEnds: '2024-10-28',
    pause: '3.9',
    etcd: [
      [0, '3.5.9-0'],
      [6, '3.5.10-0'],
      [8, '3.5.12-0'],
      [14, '3.5.15-0'],
    ],
    coredns: [[0, 'v1.10.1']],
    kubeadmApi: 'v1beta3',
    cni: { version: '1.2.0', revision: '2.1' },
    criTools: { version: '1.28.0', revision: '1.1' },
  },
  {
    minor: '1.29',
    lastPatch: 15,
    released: '2023-12-13',
    supportEnds: '2025-02-28',
    pause: '3.9',
    etcd: [
      [0, '3.5.10-0'],
      [3, '3.5.12-0'],
      [9, '3.5.15-0'],
      [11, '3.5.16-0'],
    ],
    coredns: [[0, 'v1.11.1']],
    kubeadmApi: 'v1beta3',
    cni: { version: '1.3.0' },
    criTools: { version: '1.29.0' },
  },
  {
    minor: '1.30',
    lastPatch: 14,
    released: '2024-04-17',
    supportEnds: '2025-07-15',
    pause: '3.9',
    etcd: [
      [0, '3.5.12-0'],
      [5, '3.5.15-0'],
    ],
    coredns: [
      [0, 'v1.11.1'],
      [5, 'v1.11.3'],
    ],
    kubeadmApi: 'v1beta3',
    cni: { version: '1.4.0', revision: '1.1' },
    criTools: { version: '1.30.1', revision: '1.1' },
  },
  {
    minor: '1.31',
    lastPatch: 14,
    released: '2024-08-13',
    supportEnds: '2025-11-11',
    pause: '3.10',
    etcd: [
      [0, '3.5.15-0'],
      [14, '3.5.24-0'],
    ],
    coredns: [
      [0, 'v1.11.1'],
      [1, 'v1.11.3'],
    ],
    kubeadmApi: 'v1beta4',
    cni: { version: '1.5.1', revision: '1.1' },
    criTools: { version: '1.31.1', revision: '1.1' },
  },
  {
    minor: '1.32',
    lastPatch: 13,
    released: '2024-12-11',
    supportEnds: '2026-02-28',
    pause: '3.10',
    etcd: [
      [0, '3.5.16-0'],
      [10, '3.5.24-0'],
    ],
    coredns: [[0, 'v1.11.3']],
    kubeadmApi: 'v1beta4',
    cni: { version: '1.6.0', revision: '1.1' },
    criTools: { version: '1.32.0' },
  },
  {
    minor: '1.33',
    lastPatch: 13,
    released: '2025-04-23',
    supportEnds: '2026-06-28',
    pause: '3.10',
    etcd: [
      [0, '3.5.21-0'],
      [6, '3.5.24-0'],
    ],
    coredns: [[0, 'v1.12.0']],
    kubeadmApi: 'v1beta4',
    cni: { version: '1.6.0' },
    criTools: { version: '1.33.0' },
  },
  {
    minor: '1.34',
    lastPatch: 11,
    isOpen: true,
    released: '2025-08-27',
    supportEnds: '2026-10-27',
    pause: '3.10.1',
    etcd: [
      [0, '3.6.4-0'],
      [2, '3.6.5-0'],
    ],
    coredns: [[0, 'v1.12.1']],
    kubeadmApi: 'v1beta4',
    cni: { version: '1.7.1', revision: '1.1' },
    criTools: { version: '1.34.0' },
  },
  {
    minor: '1.35',
    lastPatch: 9,
    released: '2025-12-17',
    supportEnds: '2027-02-28',
    pause: '3.10.1',
    etcd: [[0, '3.6.6-0']],
    coredns: [[0, 'v1.13.1']],
    kubeadmApi: 'v1beta4',
    cni: { version: '1.8.0', revision: '1.1' },
    criTools: { version: '1.35.0', revision: '1.1' },
  },
  {
    minor: '1.36',
    lastPatch: 5,
    released: '2026-04-22',
    supportEnds: '2027-06-28',
    pause: '3.10.2',
    etcd: [[0, '3.6.8-0']],
    coredns: [[0, 'v1.14.2']],
    kubeadmApi: 'v1beta4',
    cni: { version: '1.9.1', revision: '1.1' },
    criTools: { version: '1.36.0' },
  },
  {
    minor: '1.37',
    lastPatch: 1,
    released: '2026-08-26',
    supportEnds: '2027-10-28',
    pause: '3.10.2',
    etcd: [[0, '3.7.0-0']],
    coredns: [[0, 'v1.14.6']],
    kubeadmApi: 'v1beta4',
  },
];
