import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { RehearsalEvent } from '../../src/rehearse/events.ts';
import type { Rehearsal } from '../../src/rehearse/rehearse.ts';
import { bakeProcess } from './programs.ts';

type Line = RehearsalEvent | ({ readonly event: 'end' } & Rehearsal);

/** Rehearses the cluster.yaml of a folder as people do; every check must have passed. Tells how long it took. */
export async function rehearsal(
  t: TestContext,
  folder: string,
  args: readonly string[],
  wanted: { readonly machines: number },
): Promise<Rehearsal> {
  const done = await bakeProcess(['rehearse', '--cluster', 'cluster.yaml', '--json', ...args], folder);
  const lines = done.stdout.split('\n').filter((line) => line.startsWith('{'));
  const events = lines.map((line) => JSON.parse(line) as Line);
  const end = events.find((event) => event.event === 'end');
  const story = events
    .filter(({ event }) => ['act', 'check', 'note'].includes(event))
    .map((event) => JSON.stringify(event));
  assert.ok(end, `${done.stderr.slice(-4000)}\n${story.join('\n')}`);
  assert.ok(end.ok, `${story.join('\n')}\n${JSON.stringify(end.spans.slice(-40), null, 1)}`);
  assert.equal(done.exitCode, 0, done.stderr.slice(-4000));
  assert.equal(new Set(end.spans.map(({ machine }) => machine)).size, wanted.machines);
  assert.ok(end.checks.length >= 6 && end.checks.some(({ status }) => status === 'pass'));
  if (args.includes('--chaos')) {
    const cuts = end.checks.find(({ title }) => title.startsWith('machines that lost their power'));
    assert.equal(cuts?.status, 'pass', cuts?.detail);
  }
  t.diagnostic(`ready after ${Math.round((end.readyMs ?? NaN) / 1000)} s`);
  for (const line of story) t.diagnostic(line);
  return end;
}
