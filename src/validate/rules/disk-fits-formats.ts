import { parseSize } from '../../units/size.ts';
import { finding, type Rule } from './rule.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/**
 * Formats whose readers take disks of whole units only. Azure: "VHDs must have a virtual size aligned to 1 MiB" (Microsoft, "Information for
 * community supported and non-endorsed distributions"). Google: "the disk image size must be a multiple of 1 GB", which it counts as GiB
 * ("Manually import boot disks").
 */
const UNITS = {
  vhd: { bytes: MIB, unit: 'MiB', reader: 'Azure' },
  gce: { bytes: GIB, unit: 'GiB', reader: 'Google Compute Engine' },
} as const;

export const diskFitsFormats: Rule = (resolved) => {
  const { disk, formats } = resolved.profile.image;
  const size = parseSize(disk) ?? 0;
  return Object.entries(UNITS).flatMap(([format, { bytes, unit, reader }]) => {
    if (!formats.some((wanted) => wanted === format) || size % bytes === 0) return [];
    const message = `${reader} takes no disk of ${disk}: with format ${format}, expected a whole number of ${unit}`;
    const hint = `write ${Math.ceil(size / bytes)}${unit}, or leave out ${format}`;
    return [finding(resolved, 'B402', ['image', 'disk'], message, { hint })];
  });
};
