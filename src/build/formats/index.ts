import type { Format } from './format.ts';
import { gce } from './gce.ts';
import { lxd } from './lxd.ts';
import { ova } from './ova.ts';
import { qcow2 } from './qcow2.ts';
import { raw } from './raw.ts';
import { rawZst } from './raw-zst.ts';
import { vhd } from './vhd.ts';
import { vhdx } from './vhdx.ts';
import { vmdk } from './vmdk.ts';
import { wsl } from './wsl.ts';
import type { ImageFormat } from '../../catalog/image-formats.ts';

/** Every format, by the name that a profile gives it. */
export const FORMATS: Readonly<Record<ImageFormat, Format>> = {
  qcow2,
  raw,
  'raw.zst': rawZst,
  vmdk,
  ova,
  vhd,
  vhdx,
  gce,
  lxd,
  wsl,
};
