/** owner.ts CACHE: runs the machine in $MACHINE, prints its console, and waits to be killed (nspawn.test.ts). */
import { run } from '../../src/adapters/process.ts';
import type { Machine } from '../../src/rehearse/machine.ts';
import { openNspawn } from '../../src/rehearse/nspawn/engine.ts';

const [, , cacheDir = ''] = process.argv;
const machine = JSON.parse(process.env['MACHINE'] ?? '') as Machine;
const engine = await openNspawn({
  host: { run, pid: process.pid, env: {}, now: Date.now },
  cacheDir,
  signal: new AbortController().signal,
});
engine.listen((_, line) => console.log(line));
await engine.prepare([machine], []);
await engine.start(machine);
await new Promise(() => undefined);
