import { isMirrorName } from '../../catalog/mirrors/index.ts';
import { OPERATING_SYSTEMS } from '../../catalog/operating-systems.ts';
import { finding, type Rule } from './rule.ts';

/** Ubuntu's main archive holds amd64 only; arm64 is in an archive of its own that mirrors call ubuntu-ports. */
export const mirrorHasArchitecture: Rule = (resolved) => {
  const { os, arch, image } = resolved.profile;
  if (OPERATING_SYSTEMS[os].family !== 'ubuntu' || arch !== 'arm64' || isMirrorName(image.mirror)) return [];
  const path = ['image', 'mirror'];
  if (/\barchive\.ubuntu\.com$/.test(new URL(image.mirror).hostname)) {
    const message = `${image.mirror} has no packages for arm64`;
    return [
      finding(resolved, 'B409', path, message, {
        hint: 'leave image.mirror out, or use http://ports.ubuntu.com/ubuntu-ports',
      }),
    ];
  }
  if (image.mirror.includes('ports')) return [];
  const message = `${image.mirror} does not look like a mirror of ubuntu-ports, the archive that holds Ubuntu for arm64 [Ubuntu archive layout, 2026]`;
  return [finding(resolved, 'B503', path, message)];
};
