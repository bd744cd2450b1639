import type { Run } from '../../adapters/process.ts';
import type { Purpose } from '../../doctor/needs.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Delivery } from '../../profile/profile.ts';
import type { ImageFormat } from '../../catalog/image-formats.ts';

/** A form that an image is handed over in: one file. */
export interface Format {
  /** `worker` becomes `worker.qcow2`. */
  readonly fileName: (image: string) => string;
  /** What it is made from: the raw disk, the root tree, or the file of another format. */
  readonly from: 'disk' | 'tree' | ImageFormat;
  /** What this machine must have for it beyond what every bake needs. */
  readonly needs: readonly Purpose[];
  /** Bytes that the file of a usual image takes. */
  readonly room: number;
  /** Writes `target`. What it leaves behind when it fails is the caller's to remove. */
  readonly make: (job: FormatJob) => Promise<void>;
}

export interface FormatJob extends ImageFacts {
  /** The raw disk, the root tree, or the file, that {@link Format.from} says. */
  readonly source: string;
  /** Path of the file to write, by its final name. */
  readonly target: string;
  /** An empty folder of its own, removed afterwards. */
  readonly scratch: string;
  /** Obeys the signal; its failures name their remedy. */
  readonly run: Run;
  readonly signal: AbortSignal;
}

/** What an image is, for formats that say so. */
export interface ImageFacts {
  readonly plan: Plan;
  readonly delivery: Delivery;
  /** What identifiers are derived from: the build's id. */
  readonly seed: string;
}

const GIB = 2 ** 30;

/** Generous for what was measured of workers: compressed 0.4 GiB, as they are (with holes) 1.3 GiB. In bytes. */
export const ROOM = { compressed: GIB, whole: 2 * GIB } as const;
