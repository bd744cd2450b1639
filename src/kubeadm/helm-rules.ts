import { KNOWN_ADDONS, minorsOfHelm } from '../catalog/addons.ts';
import { minorNumber } from '../catalog/kubeadm.ts';
import type { ResolvedCluster } from '../cluster/cluster.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/** Whether the helm among the add-ons is for the Kubernetes of the masters. One from an address of one's own is not judged. Pure. */
export function helmRules({ cluster, spanOf }: ResolvedCluster, kubernetes: string): Diagnostic[] {
  return cluster.addons.flatMap(({ name, version }, i): Diagnostic[] => {
    if (name !== 'helm' || version === undefined) return [];
    const minors = minorsOfHelm(version);
    if (minors === undefined || isWithin(minors, kubernetes)) return [];
    const [first, last] = minors;
    const fitting = Object.keys(KNOWN_ADDONS.helm.checksums.amd64).find((known) =>
      isWithin(minorsOfHelm(known), kubernetes),
    );
    const path = ['addons', i, 'version'];
    return [
      {
        code: 'B503',
        severity: 'warning',
        path,
        span: spanOf(path),
        message: `helm ${version} is for Kubernetes 1.${first} to 1.${last}, and masters have ${kubernetes} [helm.sh version support policy, 2026-08]`,
        hint:
          fitting === undefined
            ? 'write { name: helm, version: ..., sha256: ... } of one that is'
            : `write { name: helm, version: ${fitting} }`,
      },
    ];
  });
}

const isWithin = (minors: readonly [number, number] | undefined, version: string): boolean =>
  minors !== undefined && minorNumber(version) >= minors[0] && minorNumber(version) <= minors[1];
