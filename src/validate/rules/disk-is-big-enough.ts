import { SMALLEST_DISK, USEFUL_DISK } from '../../catalog/disk.ts';
import { formatSize, parseSize } from '../../units/size.ts';
import { finding, type Rule } from './rule.ts';

export const diskIsBigEnough: Rule = (resolved) => {
  const { disk } = resolved.profile.image;
  const bytes = parseSize(disk) ?? 0;
  const path = ['image', 'disk'];
  if (bytes < SMALLEST_DISK) {
    const message = `a disk of ${disk} holds no system: expected at least ${formatSize(SMALLEST_DISK)}`;
    return [finding(resolved, 'B203', path, message, { hint: 'write 10GiB' })];
  }
  if (bytes >= USEFUL_DISK) return [];
  const message = `a disk of ${disk} has no room for packages, logs and container images: expected at least ${formatSize(USEFUL_DISK)}`;
  return [
    finding(resolved, 'B505', path, message, {
      hint: 'write 10GiB; the file of the image has holes and takes what is in it',
    }),
  ];
};
