import { fill } from '../text/template.ts';
import type { StandInPackage } from '../steps/stand-in.ts';
import type { Pieces } from './pieces.ts';
import { STAND_IN_MODULES } from './stand-in-files.ts';

type File = StandInPackage['files'][number];

/** Packages laid out as the official ones: same paths, units and dependencies (kubernetes/release, templates). */
export function standInPackages(
  versions: readonly { readonly name: string; readonly version: string }[],
  kubernetesVersion: string,
  pieces: Pieces,
): StandInPackage[] {
  return versions.map(({ name, version }) => {
    const fields = { name, version, kubernetesVersion };
    const layout = LAYOUT[name];
    if (!layout) throw new Error(`no stand-in is known for ${name}`);
    return {
      name,
      version,
      depends: layout.depends,
      files: layout.files(pieces, (template) => fill(template, fields)),
    };
  });
}

interface Layout {
  readonly depends: readonly string[];
  readonly files: (pieces: Pieces, fillIn: (template: string) => string) => File[];
}

const program = (path: string, content: string): File => ({ path, mode: '0755', content });
const text = (path: string, content: string): File => ({ path, mode: '0644', content });

/** What the programs of a package are made of, and what is done to it when the package is installed; none of it has placeholders. */
const modules = (name: keyof typeof STAND_IN_MODULES, pieces: Pieces): File[] => [
  ...STAND_IN_MODULES[name].map((module) =>
    text(`/usr/lib/bake-stand-in/${module}.py`, pieces.standIn[`${module}.py`]),
  ),
  program('/DEBIAN/postinst', pieces.standIn.postinst),
];

const PYTHON = ['python3', 'python3-yaml', 'openssl'];

const LAYOUT: Readonly<Record<string, Layout>> = {
  kubeadm: {
    depends: ['kubelet', 'kubectl', ...PYTHON],
    files: (pieces, fillIn) => [
      program('/usr/bin/kubeadm', fillIn(pieces.standIn.kubeadm)),
      ...modules('kubeadm', pieces),
      text('/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf', pieces.kubeadmDropIn),
    ],
  },
  kubelet: {
    depends: ['iptables', 'kubernetes-cni', 'mount', 'util-linux', 'kubectl', 'etcd-server', ...PYTHON],
    files: (pieces, fillIn) => [
      program('/usr/bin/kubelet', fillIn(pieces.standIn.kubelet)),
      ...modules('kubelet', pieces),
      text('/usr/lib/systemd/system/etcd.service.d/bake-stand-in.conf', pieces.standIn['etcd.conf']),
      text('/usr/lib/systemd/system/kubelet.service', pieces.kubeletService),
    ],
  },
  kubectl: {
    depends: PYTHON,
    files: (pieces, fillIn) => [
      program('/usr/bin/kubectl', fillIn(pieces.standIn.kubectl)),
      ...modules('kubectl', pieces),
    ],
  },
  'cri-tools': {
    depends: [],
    files: (pieces, fillIn) => [program('/usr/bin/crictl', fillIn(pieces.standIn.crictl))],
  },
  'kubernetes-cni': {
    depends: [],
    files: (pieces, fillIn) =>
      ['bridge', 'host-local', 'loopback', 'portmap'].map((name) =>
        program(`/opt/cni/bin/${name}`, fillIn(pieces.standIn['cni-plugin'])),
      ),
  },
  'cri-dockerd': {
    depends: ['python3-minimal'],
    files: (pieces, fillIn) => [program('/usr/bin/cri-dockerd', fillIn(pieces.standIn['cri-dockerd']))],
  },
};
