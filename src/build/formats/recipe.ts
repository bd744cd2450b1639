import { createHash } from 'node:crypto';
import type { Delivery } from '../../profile/profile.ts';
import { stableJson } from '../../text/stable-json.ts';
import { codeOf } from '../code.ts';
import type { ImageFormat } from '../../catalog/image-formats.ts';

/**
 * sha256 (hex) of how a disk becomes a file of this format: the programs of this folder, and the settings that the format shows. A file
 * by another recipe is made again.
 */
export function recipeOf(format: ImageFormat, { ova }: Delivery): string {
  const settings = format === 'ova' ? ova : format === 'vmdk' ? { version: ova.hardwareVersion } : {};
  return createHash('sha256')
    .update(stableJson({ format, settings, code: codeOf(new URL('./', import.meta.url)) }))
    .digest('hex');
}
