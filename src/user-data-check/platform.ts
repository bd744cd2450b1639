import { isTargetName, TARGETS } from '../catalog/targets/index.ts';

/** What becomes of user-data between the person and cloud-init. */
export interface Platform {
  /** What `--target` says. */
  readonly name: string;
  /** Bytes that it takes, as they are or compressed; absent where there is no limit or none is known. */
  readonly limit?: number;
  /** Whether compressed user-data arrives: as bytes, only where base64 wraps it, or not; absent where it is not known. */
  readonly gzip?: 'yes' | 'in base64' | 'no';
  /** Whether somebody decodes base64: in any form, in one line only, or nobody. */
  readonly base64: 'decoded' | 'one line' | 'no';
  /** The field takes ASCII only. */
  readonly isAscii?: true;
}

/**
 * Platforms whose field is handed on as it is, and whose datasource tries a strict decoding: line breaks make it fail, and the text is
 * taken as it is. Source: cloud-init, DataSourceHetzner and, since 23.3, DataSourceEc2.
 */
const STRICT: readonly string[] = ['aws', 'hetzner'];

/** The platform of that name (src/catalog/targets), as user-data sees it. */
export function platformOf(name: string): Platform | undefined {
  const target = isTargetName(name) ? TARGETS[name] : undefined;
  if (!target) return undefined;
  const { limit, encodings, asciiOnly } = target.userData;
  const decodes = encodings.includes('base64') || encodings.includes('gzip+base64');
  const gzip = encodings.includes('gzip')
    ? 'yes'
    : encodings.includes('gzip+base64')
      ? 'in base64'
      : decodes
        ? undefined
        : 'no';
  return {
    name,
    // Three bytes become four characters, where base64 is what is counted.
    ...(limit && {
      limit:
        limit.counts === 'base64' || !encodings.includes('plain')
          ? Math.floor(limit.bytes / 4) * 3
          : limit.bytes,
    }),
    ...(gzip && { gzip }),
    base64: !decodes ? 'no' : STRICT.includes(name) ? 'one line' : 'decoded',
    ...(asciiOnly && { isAscii: asciiOnly }),
  };
}
