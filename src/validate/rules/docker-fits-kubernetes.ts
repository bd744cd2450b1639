import { criDockerdFlaws } from '../../catalog/cri-dockerd.ts';
import { kubernetesRelease } from '../../catalog/kubernetes.ts';
import { OPERATING_SYSTEMS } from '../../catalog/operating-systems.ts';
import { DEFAULT_CRI_DOCKERD, dockerVersion } from '../../catalog/runtime.ts';
import { isAtLeast } from '../../catalog/version.ts';
import { finding, usersOwn, type Rule } from './rule.ts';

/** The cri-dockerd that the machine gets, which none does where the kubelet drives Docker by itself, as it did until 1.23. */
export const criDockerdIsUsable: Rule = (resolved) => {
  const { os, kubernetes, runtime } = resolved.profile;
  const release = kubernetes && kubernetesRelease(kubernetes.version);
  if (!release || runtime?.engine !== 'docker') return [];
  if (release.dockershim && runtime.criDockerd === undefined) return [];
  const criDockerd = runtime.criDockerd ?? DEFAULT_CRI_DOCKERD;
  const docker = dockerVersion(OPERATING_SYSTEMS[os], runtime);
  if (docker === undefined) return [];
  return criDockerdFlaws(criDockerd, kubernetes.version, docker).map(({ reason, source }) =>
    finding(
      resolved,
      'B501',
      usersOwn(resolved, ['runtime', 'criDockerd'], ['runtime', 'version'], ['kubernetes', 'version']),
      `cri-dockerd ${criDockerd} does not work with Kubernetes ${kubernetes.version} and Docker ${docker}: ${reason} [${source}]`,
    ),
  );
};

/** Until 1.37 kubeadm says so and the kubelet takes the cgroup driver from its own configuration, which we write. */
export const criDockerdTellsCgroupDriver: Rule = (resolved) => {
  const { kubernetes, runtime } = resolved.profile;
  if (!kubernetes || runtime?.engine !== 'docker' || !isAtLeast(kubernetes.version, '1.35')) return [];
  const message =
    'cri-dockerd does not answer the CRI call RuntimeConfig: kubeadm warns of it from Kubernetes 1.35 on, and the kubelet of 1.38 is planned to refuse it [Mirantis/cri-dockerd, 2026-04]';
  return [
    finding(resolved, 'B503', usersOwn(resolved, ['runtime', 'engine'], ['kubernetes', 'version']), message, {
      hint: 'containerd answers it',
    }),
  ];
};

/** The last Docker that kubeadm's checks of the dockershim days knew. */
const LAST_VALIDATED_DOCKER = '20.10';

export const dockershimKnowsDocker: Rule = (resolved) => {
  const { os, kubernetes, runtime } = resolved.profile;
  const release = kubernetes && kubernetesRelease(kubernetes.version);
  if (!release?.dockershim || runtime?.engine !== 'docker' || runtime.criDockerd !== undefined) return [];
  const docker = dockerVersion(OPERATING_SYSTEMS[os], runtime);
  if (docker === undefined || !isAtLeast(docker, '20.11')) return [];
  const message = `Kubernetes ${release.minor} was tested with Docker up to ${LAST_VALIDATED_DOCKER}, not ${docker} [kubernetes/system-validators, 2026]`;
  return [
    finding(
      resolved,
      'B503',
      usersOwn(resolved, ['runtime', 'version'], ['runtime', 'source'], ['kubernetes', 'version']),
      message,
    ),
  ];
};
