import { finding, usersOwn, type Rule } from './rule.ts';

/** Pulling takes a runtime that runs while the image is made; dockerd doesn't in a root tree, where archives must have all. */
export const preloadFitsRuntime: Rule = (resolved) => {
  const { kubernetes, runtime } = resolved.profile;
  if (!kubernetes?.preload || runtime?.engine !== 'docker' || kubernetes.images.length > 0) return [];
  const path = usersOwn(resolved, ['kubernetes', 'preload'], ['runtime', 'engine']);
  const message =
    'kubernetes.preload takes archives with engine docker, which can’t pull while the image is made';
  return [
    finding(resolved, 'B403', path, message, {
      hint: 'list archives in kubernetes.images, which Docker loads at the first boot; or use engine containerd',
    }),
  ];
};
