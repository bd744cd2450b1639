import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { check, checkFault, FAULTS, GOOD, render } from '../support/user-data-corpus.ts';
import { matchesFile } from '../support/update.ts';

const places = FAULTS.map((fault) => ({
  fault,
  found: checkFault(fault).diagnostics.map(({ code, span }) => `${code} ${span?.start.line ?? 0}`),
}));

test('of fifty planted faults forty-five are found, at their line', (t) => {
  const all = places.flatMap(({ fault, found }) =>
    fault.planted.map((one) => ({ name: fault.name, one, is: found.includes(one) })),
  );
  const missed = all.filter(({ is }) => !is).map(({ name, one }) => `${name}: ${one}`);
  t.diagnostic(`${all.length - missed.length} of ${all.length} faults in ${FAULTS.length} files`);
  assert.ok(FAULTS.length >= 50);
  const files = places.filter(({ fault, found }) => fault.planted.every((one) => found.includes(one)));
  assert.ok(files.length * 50 >= FAULTS.length * 45, missed.join('\n'));
});

test('nothing else is said of these files', () => {
  for (const { fault, found } of places)
    assert.deepEqual(
      found.filter((one) => !fault.planted.includes(one)),
      [],
      fault.name,
    );
});

describe('what is said', () => {
  for (const fault of FAULTS) test(fault.name, () => matchesFile(render(checkFault(fault)), fault.saidFile));
});

describe('nothing is said of good user-data', () => {
  for (const { name, bytes } of GOOD) test(name, () => assert.equal(render(check(bytes, name)), ''));
  test('there are twenty and more', () => assert.ok(GOOD.length >= 20));
});

test('of user-data without its header, something is said for each', () => {
  // That nothing is said of the good files must not come from nothing being read.
  for (const { name, bytes } of GOOD)
    assert.notEqual(render(check(Buffer.concat([Buffer.from('\n# by hand\n'), bytes]), name)), '', name);
});
