import type { Pieces } from '../plan/pieces.ts';

/** The free-text pieces that templates are made from; the command line reads them. */
export interface TemplatePieces
  extends Pick<Pieces, 'provisionHelpers' | 'packageHelpers' | 'verifyHelpers'>, PackerPieces {}

/** Those of packer/. */
export interface PackerPieces {
  /** Puts an image on the one disk that is empty. */
  readonly writeDisk: string;
  /** Answers for Debian's installer; a template. */
  readonly preseed: string;
  /** Answers for Rocky Linux's installer; a template. */
  readonly kickstart: string;
}

/** Where each piece lies below packer/. */
export const PACKER_PIECE_FILES = {
  writeDisk: 'write-disk.sh',
  preseed: 'preseed.cfg',
  kickstart: 'ks.cfg',
} as const satisfies Readonly<Record<keyof PackerPieces, string>>;
