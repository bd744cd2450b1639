import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolFailure } from '../adapters/process.ts';
import type { Host } from '../build/local/host.ts';
import type { EngineName } from './engine.ts';
import { openGround } from './ground.ts';

export interface ChosenEngine {
  readonly name: EngineName;
  /** Why this one, in words. */
  readonly reason: string;
}

/**
 * The fastest engine that works here: containers, where one has just been run. Needs root; `folder` is for unfinished
 * things and exists.
 */
export async function chooseEngine(host: Host, folder: string, signal: AbortSignal): Promise<ChosenEngine> {
  const problem = await tryContainer(host, folder, signal);
  return problem === undefined
    ? { name: 'nspawn', reason: 'a trial container ran, and containers are the fastest' }
    : { name: 'qemu', reason: `containers do not work here: ${problem}` };
}

// The system's own root, read-only, as the container's: nothing has to be made for it.
const TRIAL = `
set -eu
mkdir "$1"
mount --bind -o ro / "$1"
SYSTEMD_SECCOMP=0 exec systemd-nspawn --quiet --register=no --keep-unit --read-only --resolv-conf=off --timezone=off \\
  --link-journal=no --console=pipe --machine=bake-trial --directory "$1" true
`;

/** Runs a container that does nothing. Resolves to why it did not run, or undefined. */
export async function tryContainer(
  host: Host,
  folder: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  await mkdir(folder, { recursive: true });
  const own = await mkdtemp(join(folder, 'trial-'));
  try {
    const ground = await openGround(host, own, signal);
    try {
      const trial = ['-c', TRIAL, 'trial', join(own, 'root')];
      await ground.run('sh', trial, { timeoutMs: 20_000, signal });
      return undefined;
    } finally {
      await ground.close();
    }
  } catch (error) {
    if (!(error instanceof ToolFailure) || error.aborted) throw error;
    return (
      error.output
        .split('\n')
        .find((line) => line.trim() !== '')
        ?.trim() ?? error.message
    );
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}
