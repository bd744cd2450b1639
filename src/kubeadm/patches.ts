import { lives, minorNumber, PATCH_TARGETS } from '../catalog/kubeadm.ts';
import { PATCHES_FOLDER, type KubeadmFile, type KubeadmInput } from './input.ts';

/** Name of a patch: target, suffix, kind, ending (kubernetes.io, "Customizing components with the kubeadm API"). */
const PATCH_NAME = new RegExp(
  `^(${Object.keys(PATCH_TARGETS).join('|')})[^+]*(?:\\+(?:strategic|merge|json))?\\.(?:yaml|json)$`,
);

/** What a file of this name patches; undefined for a name that is none of a patch, which reading the cluster refuses. */
export const patchTarget = (name: string): string | undefined => PATCH_NAME.exec(name)?.[1];

/** The patches that concern this machine, by file name: on workers the kubelet's only. */
export function patchesOf({ cluster, role, version }: KubeadmInput): [name: string, text: string][] {
  return Object.entries(cluster.kubeadm.patches)
    .filter(([name]) => {
      const target = patchTarget(name);
      const life = target === undefined ? undefined : PATCH_TARGETS[target];
      if (life === undefined || !lives(life, version)) return false;
      return role === 'master' || target === 'kubeletconfiguration';
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

export function patchFiles(input: KubeadmInput): KubeadmFile[] {
  return patchesOf(input).map(([name, text]) => ({
    path: `${PATCHES_FOLDER}/${name}`,
    mode: '0600',
    text,
    secret: false,
  }));
}

/** 1.19 to 1.21 take patches by a flag that may stand beside --config; from 1.22 on there is a field. */
export function patchArgs(input: KubeadmInput): string[] {
  const minor = minorNumber(input.version);
  return minor <= 21 && patchesOf(input).length > 0 ? [`--experimental-patches=${PATCHES_FOLDER}`] : [];
}
