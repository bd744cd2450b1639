import { finding, type Rule } from './rule.ts';

/** dockerd looks for mirrors of Docker Hub only. Source: dockerd reference, registry-mirrors, 2026. */
const DOCKER_HUB = 'docker.io';

/** Hosts that answer for Docker Hub, but whose names no image has, so that their settings are never looked up. */
const BEHIND_DOCKER_HUB: readonly string[] = ['index.docker.io', 'registry-1.docker.io'];

export const registriesMakeSense: Rule = (resolved) => {
  const { runtime } = resolved.profile;
  return (runtime?.registries ?? []).flatMap((registry, i) => {
    const path = ['runtime', 'registries', i];
    const { host, mirrors, ca, skipVerify, credentials } = registry;
    if (BEHIND_DOCKER_HUB.includes(host)) {
      const message = `images of Docker Hub are named docker.io, so what is said of ${host} would never be used`;
      return [finding(resolved, 'B403', [...path, 'host'], message, { hint: 'write docker.io' })];
    }
    if (!mirrors && ca === undefined && skipVerify !== true && credentials === undefined) {
      return [
        finding(resolved, 'B403', path, `the entry for ${host} says nothing`, {
          hint: 'give it mirrors, ca, skipVerify or credentials',
        }),
      ];
    }
    const found = [];
    if (ca !== undefined && skipVerify === true) {
      found.push(
        finding(
          resolved,
          'B402',
          [...path, 'skipVerify'],
          `ca and skipVerify exclude each other: with skipVerify the CA of ${host} is never looked at`,
        ),
      );
    }
    if (mirrors && runtime?.engine === 'docker' && host !== DOCKER_HUB) {
      const message = `Docker has mirrors of docker.io only, so those of ${host} would never be asked`;
      found.push(
        finding(resolved, 'B403', [...path, 'mirrors'], message, {
          hint: 'use engine containerd, or name images by the mirror',
        }),
      );
    }
    return found;
  });
};
