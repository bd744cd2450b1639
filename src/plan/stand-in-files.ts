/** Modules that the stand-in programs share, below userdata/stand-in/lib, by the package that brings them. */
export const STAND_IN_MODULES = {
  kubectl: [
    'documents',
    'etcd',
    'https',
    'jsonpath',
    'kubectl_main',
    'kubectl_resources',
    'kubectl_table',
    'pki',
  ],
  kubelet: ['api_access', 'api_objects', 'api_server', 'kubelet_main', 'kubelet_node', 'kubelet_pods'],
  kubeadm: [
    'kubeadm_config',
    'kubeadm_control_plane',
    'kubeadm_init',
    'kubeadm_join',
    'kubeadm_main',
    'kubeadm_preflight',
    'kubeadm_reset',
  ],
} as const;

type Module = (typeof STAND_IN_MODULES)[keyof typeof STAND_IN_MODULES][number];
type Program = 'kubeadm' | 'kubelet' | 'kubectl' | 'crictl' | 'cni-plugin' | 'cri-dockerd';

/** A text of userdata/stand-in: a program by its name, a module by its file's. */
export type StandInPiece = Program | 'etcd.conf' | 'postinst' | `${Module}.py`;

const modules = Object.values(STAND_IN_MODULES).flatMap((names) =>
  names.map((name) => [`${name}.py`, `stand-in/lib/${name}.py`] as const),
);

/** Where each lies below userdata/. */
export const STAND_IN_FILES = {
  kubeadm: 'stand-in/kubeadm',
  kubelet: 'stand-in/kubelet',
  kubectl: 'stand-in/kubectl',
  crictl: 'stand-in/crictl',
  'cni-plugin': 'stand-in/cni-plugin',
  'cri-dockerd': 'stand-in/cri-dockerd',
  'etcd.conf': 'stand-in/etcd.conf',
  postinst: 'stand-in/postinst',
  ...(Object.fromEntries(modules) as Record<`${Module}.py`, string>),
} satisfies Record<StandInPiece, string>;
