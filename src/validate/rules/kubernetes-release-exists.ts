import { KUBERNETES_VERSIONS, kubernetesRelease, nearestRelease } from '../../catalog/kubernetes.ts';
import { minorOf, patchOf } from '../../catalog/version.ts';
import { finding, type Rule } from './rule.ts';

/** A version that was never released can't be installed. A patch newer than the catalog may well exist, so that is a warning. */
export const kubernetesReleaseExists: Rule = (resolved) => {
  const { kubernetes } = resolved.profile;
  if (!kubernetes) return [];
  const { version } = kubernetes;
  const path = ['kubernetes', 'version'];
  const release = kubernetesRelease(version);
  if (!release) {
    const known = KUBERNETES_VERSIONS.includes(minorOf(version));
    const range = `${KUBERNETES_VERSIONS[0]} to ${KUBERNETES_VERSIONS.at(-1)}`;
    const reason = known ? `${minorOf(version)} has no patch ${patchOf(version)}` : `bake knows ${range}`;
    return [
      finding(resolved, 'B404', path, `Kubernetes ${version} does not exist: ${reason}`, {
        hint: `the nearest is ${nearestRelease(version)}`,
      }),
    ];
  }
  if (release.isKnown) return [];
  const message = `Kubernetes ${version} is newer than the newest patch that bake knows, ${release.minor}.${release.lastPatch}`;
  return [
    finding(resolved, 'B404', path, message, {
      severity: 'warning',
      hint: 'right if it was released since; otherwise a slip',
    }),
  ];
};
