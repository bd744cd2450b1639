import { OPERATING_SYSTEMS } from '../catalog/operating-systems.ts';
import { bakedDatasources, TARGETS } from '../catalog/targets/index.ts';
import type { ResolvedProfile } from '../profile/profile.ts';
import { inLayer, rootFile, type Draft } from './draft.ts';

const draft = inLayer('profile');

/**
 * What the platforms that the image is for want of it: their guest agents, and that cloud-init asks their sources and no others. After
 * everything that other images of the profile share.
 */
export function planPlatform({ profile: { os, image } }: ResolvedProfile): Draft[] {
  const because = ['image', 'targets'];
  if (image.targets.length === 0) return [];
  const { family } = OPERATING_SYSTEMS[os];
  const agents = new Set(image.targets.flatMap((name) => TARGETS[name].guest.packages[family]));
  return [
    ...(agents.size > 0
      ? [
          draft(because, {
            kind: 'package',
            input: {
              purpose: `guest agents of ${image.targets.join(', ')}`,
              packages: [...agents].map((name) => ({ name })),
            },
          }),
        ]
      : []),
    // ds-identify reads one line only, and of several files the last one counts: Debian's own is 90_dpkg.cfg.
    draft(
      because,
      rootFile(
        '/etc/cloud/cloud.cfg.d/95-bake-platform.cfg',
        `# Written by bake, for ${image.targets.join(', ')}.\ndatasource_list: [ ${bakedDatasources(image.targets).join(', ')} ]\n`,
      ),
    ),
  ];
}
