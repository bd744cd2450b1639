import type { Run } from '../../adapters/process.ts';
import { type OpenImage, withImage } from '../image/open.ts';
import type { ImageReader } from '../image/reader.ts';
import type { CheckResult, PlannedCheck } from '../result.ts';
import { checkHygiene } from './hygiene.ts';
import { checkPlanned } from './planned.ts';
import type { Secret } from '../../secrets/needles.ts';
import { scanForSecrets } from './secret-scan.ts';

/** What an image should be. */
export interface Expectation {
  readonly checks: readonly PlannedCheck[];
  /** Files that are there on purpose although hygiene would call them left-overs; the checks' own are known. */
  readonly expectedPaths?: readonly string[];
}

export interface OfflineOptions extends Expectation {
  /** A qcow2 or raw image with a GPT and an ext4 root file system. */
  readonly image: string;
  /** Values that must be nowhere on the disk. */
  readonly secrets: readonly Secret[];
  /** A directory for a raw copy of a qcow2 image (as large as its data), removed again. */
  readonly scratchDir: string;
  readonly run: Run;
  readonly signal?: AbortSignal;
}

/**
 * Checks an image without booting it: the planned checks that files can answer, hygiene, secrets.
 * Rejects with UnreadableImage, or ToolFailure when qemu-img fails.
 */
export async function verifyOffline(options: OfflineOptions): Promise<readonly CheckResult[]> {
  return withImage(options, (opened) => verifyOpened(opened, options));
}

/** The same for an image that is open already. */
export async function verifyOpened(
  { reader, rawPath }: Pick<OpenImage, 'reader' | 'rawPath'>,
  options: Omit<OfflineOptions, 'image' | 'scratchDir'>,
): Promise<readonly CheckResult[]> {
  const { secrets, run, signal } = options;
  return [
    ...(await verifyTree(reader, options)),
    ...(await scanForSecrets(rawPath, secrets, { run, ...(signal ? { signal } : {}) })),
  ];
}

/** The part of {@link verifyOffline} that needs files only: it works on a root tree as well. */
export async function verifyTree(
  reader: ImageReader,
  { checks, expectedPaths = [] }: Expectation,
): Promise<readonly CheckResult[]> {
  const planned = checks.flatMap(({ check }) => (check.check === 'file' && check.exists ? [check.path] : []));
  return [
    ...(await checkPlanned(reader, checks)),
    ...(await checkHygiene(reader, new Set([...planned, ...expectedPaths]))),
  ];
}
