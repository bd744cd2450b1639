import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { run } from '../../src/adapters/process.ts';
import { bakeImage } from '../../src/build/bake-image.ts';
import { FolderUnwritable } from '../../src/build/local/failures.ts';
import type { BuildEvent } from '../../src/build/monitor.ts';
import { compileText } from '../support/compile-text.ts';
import { inTempFolder } from '../support/temp-folder.ts';

/** The events of a bake that ends as soon as it looks at its output folder. */
const eventsOf = (standIn: boolean): Promise<readonly BuildEvent[]> =>
  inTempFolder(async (folder) => {
    const { value } = compileText('extends: worker\n', {}, standIn);
    assert.ok(value);
    writeFileSync(join(folder, 'file'), '');
    const events: BuildEvent[] = [];
    const never = (): never => assert.fail('not reached');
    const request = {
      ...value,
      outDir: join(folder, 'file/out'),
      cacheDir: join(folder, 'cache'),
      cacheLimitBytes: 0,
      fresh: false,
      secrets: [],
    };
    const tools = {
      host: { run, pid: process.pid, env: {}, now: Date.now },
      monitor: (event: BuildEvent) => void events.push(event),
      signal: new AbortController().signal,
      files: { pathOf: never, fetch: never },
      writeBeside: never,
    };
    await assert.rejects(bakeImage(request, tools), FolderUnwritable);
    return events;
  });

describe('the first event of a build', () => {
  for (const standIn of [true, false]) {
    test(`says ${standIn ? 'that there are stand-ins' : 'that there are none'}`, async () => {
      const [first] = await eventsOf(standIn);
      assert.ok(first?.event === 'build-start');
      assert.equal(first.standIn, standIn);
    });
  }
});
