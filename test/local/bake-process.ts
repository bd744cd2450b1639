/**
 * A bake in a process of its own, for tests that kill it or run two at once.
 * Arguments: the sandbox's folder, then {@link ProcessBake} as JSON. Prints a line for
 * each event, layer states and notes in full; exits with 0 when done, 9 when interrupted, 1 otherwise.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Interrupted } from '../../src/build/local/failures.ts';
import { fakeBake, slowDisk } from './support.ts';
import type { FakeStep } from './support.ts';

export interface ProcessBake {
  readonly steps: readonly FakeStep[];
  readonly out: string;
  readonly fresh: boolean;
  /** How long the disk step dawdles. */
  readonly diskSeconds: number;
}

async function main(folder: string, bake: ProcessBake): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  const box = {
    folder,
    base: join(folder, 'base'),
    cacheDir: join(folder, 'cache'),
    out: (name: string) => join(folder, 'out', name),
    remove: () => Promise.resolve(),
  };
  try {
    await fakeBake(box, {
      steps: bake.steps,
      out: bake.out,
      request: { fresh: bake.fresh },
      signal: stop.signal,
      finishDisk: slowDisk(bake.diskSeconds),
      onEvent: (event) => {
        if (event.event === 'layer') console.log(`${event.layer}:${event.state}`);
        else if (event.event === 'note') console.log(event.message);
        else console.log(event.event);
      },
    });
    return 0;
  } catch (error) {
    if (error instanceof Interrupted) return 9;
    console.error(error);
    return 1;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = await main(process.argv[2] ?? '', JSON.parse(process.argv[3] ?? '') as ProcessBake);
}
