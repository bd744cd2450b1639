import { checksumOf, knownVersions, type Component } from '../../catalog/checksums.ts';
import { OPERATING_SYSTEMS } from '../../catalog/operating-systems.ts';
import { containerdVersion } from '../../catalog/runtime.ts';
import type { Path } from '../../diagnostics/diagnostic.ts';
import type { ResolvedProfile } from '../../profile/profile.ts';
import { finding, usersOwn, type Rule } from './rule.ts';

function needsChecksum(resolved: ResolvedProfile, component: Component, version: string, path: Path) {
  const { arch } = resolved.profile;
  if (checksumOf(component, arch, version) !== undefined) return [];
  const known = knownVersions(component, arch);
  const listed = known.length > 24 ? [...known.slice(0, 24), `... ${known.at(-1)}`] : known;
  const message = `no checksum is known for ${component} ${version} (${arch}), so it can’t be trusted`;
  return [
    finding(resolved, 'B405', usersOwn(resolved, path, ['arch']), message, {
      hint: `known are ${listed.join(', ')}`,
    }),
  ];
}

/** Upstream releases are held to a sha256. */
export const upstreamRuntimeHasChecksum: Rule = (resolved) => {
  const { os, runtime } = resolved.profile;
  if (runtime?.source !== 'upstream') return [];
  if (runtime.engine === 'docker') {
    const message =
      'Docker Engine comes from the distribution or from Docker’s repository; upstream archives have no checksums to hold them to';
    return [
      finding(resolved, 'B405', ['runtime', 'source'], message, { hint: 'use docker or distribution' }),
    ];
  }
  const version = containerdVersion(OPERATING_SYSTEMS[os], runtime);
  return version === undefined ? [] : needsChecksum(resolved, 'containerd', version, ['runtime', 'version']);
};

/** cri-dockerd is in no distribution, and its makers publish no checksums. */
export const criDockerdHasChecksum: Rule = (resolved, { standIn }) => {
  const { runtime } = resolved.profile;
  if (standIn || runtime?.engine !== 'docker' || runtime.criDockerd === undefined) return [];
  return needsChecksum(resolved, 'cri-dockerd', runtime.criDockerd, ['runtime', 'criDockerd']);
};

/** The Red Hat family has podman, and neither of ours. */
export const distributionHasRuntime: Rule = (resolved) => {
  const { os, runtime } = resolved.profile;
  const system = OPERATING_SYSTEMS[os];
  if (runtime?.source !== 'distribution' || system.containerd !== undefined) return [];
  const path = usersOwn(resolved, ['runtime', 'source'], ['os']);
  return [
    finding(resolved, 'B405', path, `${system.title} has no ${runtime.engine} of its own`, {
      hint: 'use docker or upstream',
    }),
  ];
};

export const distributionDecidesRuntimeVersion: Rule = (resolved) => {
  const { os, runtime } = resolved.profile;
  const system = OPERATING_SYSTEMS[os];
  if (runtime?.source !== 'distribution' || runtime.version === undefined || !system.docker) return [];
  const has =
    runtime.engine === 'docker' ? `Docker ${system.docker.version}` : `containerd ${system.containerd}`;
  const message = `runtime.version can’t be chosen with source distribution: ${system.title} decides it (${has} today)`;
  return [
    finding(resolved, 'B402', ['runtime', 'version'], message, {
      hint: 'delete it, or set runtime.source to docker or upstream',
    }),
  ];
};
