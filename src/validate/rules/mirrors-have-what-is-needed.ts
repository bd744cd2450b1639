import { isMirrorName, MIRROR_SETS, mirrorsWith } from '../../catalog/mirrors/index.ts';
import { OPERATING_SYSTEMS } from '../../catalog/operating-systems.ts';
import { dockerRepository } from '../../catalog/repositories.ts';
import { finding, isUsers, usersOwn, type Rule } from './rule.ts';

/** What none of the named sets has comes from nowhere: it is never fetched from elsewhere in silence. */
export const mirrorsHaveArchives: Rule = (resolved) => {
  const { image, os } = resolved.profile;
  const { title, family } = OPERATING_SYSTEMS[os];
  if (!isMirrorName(image.mirror) || MIRROR_SETS[image.mirror].archives?.[family]) return [];
  const names = mirrorsWith(({ archives }) => archives?.[family] !== undefined);
  return [
    finding(
      resolved,
      'B405',
      usersOwn(resolved, ['image', 'mirror'], ['mirrors']),
      `${image.mirror} has no packages of ${title}`,
      { hint: whoHas(names, 'image.mirror') },
    ),
  ];
};

export const mirrorsHaveDocker: Rule = (resolved) => {
  const { runtime, os, arch } = resolved.profile;
  if (runtime?.source !== 'docker') return [];
  const has = (mirror: string): boolean =>
    'repository' in dockerRepository(OPERATING_SYSTEMS[os], arch, mirror);
  if (has(runtime.mirror)) return [];
  return [
    finding(
      resolved,
      'B405',
      usersOwn(resolved, ['runtime', 'mirror'], ['mirrors'], ['runtime', 'source']),
      `${runtime.mirror} has no packages of Docker`,
      {
        hint: whoHas(
          mirrorsWith((_, name) => has(name)),
          'runtime.mirror',
        ),
      },
    ),
  ];
};

export const mirrorsHaveImages: Rule = (resolved, { standIn }) => {
  const { kubernetes, mirrors } = resolved.profile;
  if (standIn || !kubernetes || resolved.isWritten(['kubernetes', 'imageRepository'])) return [];
  const names = mirrorsWith(({ images }) => images?.kubernetes !== undefined);
  if (mirrors.some((name) => names.includes(name))) return [];
  return [
    finding(resolved, 'B405', ['mirrors'], `${mirrors.join(', ')}: no images of Kubernetes there`, {
      hint: whoHas(names, 'kubernetes.imageRepository'),
    }),
  ];
};

const whoHas = (names: readonly string[], key: string): string =>
  `name one more that has them (${names.join(', ')}), or say ${key}`;

/** What is written and never asked. */
export const mirrorsAreAsked: Rule = (resolved) => {
  const { mirrors, runtime } = resolved.profile;
  const end = mirrors.indexOf('official');
  const after = end < 0 ? [] : mirrors.slice(end + 1);
  const unused = after.map((name, i) =>
    finding(resolved, 'B403', ['mirrors', end + 1 + i], `${name} is never asked: official has everything`, {
      hint: 'put official last',
    }),
  );
  const path = ['runtime', 'mirror'];
  if (!runtime || runtime.source === 'docker' || !isUsers(resolved, path)) return unused;
  const message = `runtime.mirror is for source docker, and means nothing to source ${runtime.source}`;
  return [...unused, finding(resolved, 'B403', path, message, { at: 'key', hint: 'delete it' })];
};
