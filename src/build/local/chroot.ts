import type { Layer, PlannedStep } from '../../plan/plan.ts';
import { ToolFailure } from '../../adapters/process.ts';
import type { Monitor } from '../monitor.ts';
import { StepFailed } from './failures.ts';
import type { Namespace } from './namespace.ts';
import type { StepTime } from './store.ts';
import { DRESS, PROVISION, UNDRESS } from './chroot-scripts.ts';
import { Transcript } from './transcript.ts';

/** What is to be run in which tree. Paths are absolute. */
export interface ProvisionJob {
  /** Root of the tree, mounted inside the namespace. */
  readonly root: string;
  /** `provision.sh` on the building machine. */
  readonly script: string;
  /** An empty or absent folder for the packages that are downloaded. */
  readonly downloads: string;
  /** Files for steps that name them by their sha256. */
  readonly archives: readonly { readonly sha256: string; readonly path: string }[];
  readonly layer: Layer;
  readonly steps: readonly PlannedStep[];
  /** Number of the first step in the whole build, and how many there are. */
  readonly firstNumber: number;
  readonly of: number;
}

/** Whatever the script exits with is for us to judge. */
const ANY_CODE = Array.from({ length: 256 }, (_, code) => code);

/**
 * Runs one layer's sections of `provision.sh` in a tree, with the few file systems and devices that packages
 * expect; when it returns or throws, the tree holds nothing of them any more.
 * @returns how long each step took.
 * @throws StepFailed when a step exits with an error; ToolFailure when the run itself can't be done.
 */
export async function provision(
  ns: Namespace,
  job: ProvisionJob,
  monitor: Monitor,
  signal: AbortSignal,
): Promise<readonly StepTime[]> {
  const archives = job.archives.flatMap(({ sha256, path }) => [sha256, path]);
  await ns.run('bash', ['-c', DRESS, 'dress', job.root, job.script, job.downloads, ...archives], { signal });
  const transcript = new Transcript(job, monitor);
  const { stdout, exitCode } = await ns.run('bash', ['-c', PROVISION, 'provision', job.root, job.layer], {
    signal,
    okCodes: ANY_CODE,
    onLine: (line, stream) => {
      if (stream === 'stdout') transcript.live(line);
    },
  });
  transcript.complete(stdout);
  await ns.run('bash', ['-c', UNDRESS, 'undress', job.root], { signal });

  const { failed, tail, times } = transcript;
  if (exitCode === 0) {
    transcript.assertComplete();
    return times;
  }
  if (failed) throw new StepFailed(failed.id, failed.title, failed.origin, tail, exitCode);
  const reason = `provision.sh exited with code ${exitCode} outside of any step`;
  throw new ToolFailure('provision.sh', reason, exitCode, tail.join('\n'), false);
}
