import { SMALLEST_DISK, USEFUL_DISK, VENDOR_DISK } from '../../catalog/disk.ts';
import { OPERATING_SYSTEMS } from '../../catalog/operating-systems.ts';
import { formatSize, parseSize } from '../../units/size.ts';
import { finding, type Rule } from './rule.ts';

export const diskIsBigEnough: Rule = (resolved) => {
  const { os, image } = resolved.profile;
  const { disk } = image;
  const { family, title } = OPERATING_SYSTEMS[os];
  const bytes = parseSize(disk) ?? 0;
  const path = ['image', 'disk'];
  if (bytes < SMALLEST_DISK) {
    const message = `a disk of ${disk} holds no system: expected at least ${formatSize(SMALLEST_DISK)}`;
    return [finding(resolved, 'B203', path, message, { hint: 'write 10GiB' })];
  }
  if (image.base === 'vendor' && bytes < VENDOR_DISK[family]) {
    const message = `a disk of ${disk} is smaller than that of ${title}’s cloud image: expected at least ${formatSize(VENDOR_DISK[family])}`;
    return [finding(resolved, 'B203', path, message, { hint: 'leave it out' })];
  }
  if (bytes >= USEFUL_DISK) return [];
  const message = `a disk of ${disk} has no room for packages, logs and container images: expected at least ${formatSize(USEFUL_DISK)}`;
  return [
    finding(resolved, 'B505', path, message, {
      hint: 'write 10GiB; the file of the image has holes and takes what is in it',
    }),
  ];
};
