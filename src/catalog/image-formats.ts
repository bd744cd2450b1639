/** What an image can be handed over as; src/build/formats has one file for each. */
export const IMAGE_FORMATS = [
  'qcow2',
  'raw',
  'raw.zst',
  'vmdk',
  'ova',
  'vhd',
  'vhdx',
  'gce',
  'lxd',
  'wsl',
] as const;
export type ImageFormat = (typeof IMAGE_FORMATS)[number];
