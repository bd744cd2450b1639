import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NEEDED, shippedDecision, type Decide } from './decisions.ts';
import { simulate, type Outcome } from './simulation.ts';

const SCHEDULES = Number(process.env['BAKE_TEST_SCHEDULES'] ?? 10_000);
const seed = Number(process.env['BAKE_TEST_SEED'] ?? Date.now() % 1_000_000_000);

interface Tally {
  readonly two: number[];
  readonly untellable: number[];
  readonly stuck: number[];
  readonly possible: number;
  readonly reopened: number;
  readonly renewed: number;
}

function tally(decide: Decide, { decidesAnew = true } = {}): Tally {
  const outcomes: (Outcome & { seed: number })[] = Array.from({ length: SCHEDULES }, (_, i) => ({
    seed: seed + i,
    ...simulate(seed + i, decide, decidesAnew),
  }));
  const seeds = (which: (outcome: Outcome) => boolean): number[] =>
    outcomes.filter(which).map((outcome) => outcome.seed);
  const count = (which: (outcome: Outcome) => boolean): number => outcomes.filter(which).length;
  return {
    two: seeds(({ twoClusters, untellable }) => twoClusters && !untellable),
    untellable: seeds(({ untellable }) => untellable),
    stuck: seeds(
      ({ possible, converged, twoClusters, reopened }) =>
        possible && !converged && (reopened || !twoClusters),
    ),
    possible: count(({ possible }) => possible),
    reopened: count(({ reopened }) => reopened),
    renewed: count(({ renewed }) => renewed),
  };
}

describe('static election, by the shipped decision code', () => {
  const decide = shippedDecision();

  test('never two clusters, one in the end', (t) => {
    const { two, untellable, stuck, possible, reopened, renewed } = tally(decide);
    t.diagnostic(`seed ${seed} (BAKE_TEST_SEED), ${SCHEDULES} schedules`);
    t.diagnostic(`${possible} could end in one cluster`);
    t.diagnostic(`${reopened} had no cluster, so that the window was opened again`);
    t.diagnostic(`${renewed} of these with a first master that had to be built anew for it`);
    t.diagnostic(`${untellable.length} were the case that static can't tell (docs/first-boot.md)`);
    assert.deepEqual(two, [], 'seeds of schedules with two clusters');
    assert.deepEqual(stuck, [], 'seeds of schedules that did not end in one cluster, and could have');
    assert.ok(possible > SCHEDULES / 4, 'the schedules are too cruel to say anything');
    assert.ok(untellable.length < SCHEDULES / 20, 'too many schedules are counted apart to say anything');
    assert.ok(
      reopened - renewed > SCHEDULES / 50,
      'too few schedules say anything about opening the window again',
    );
  });

  test('when the first master does not ask its peers there are two clusters', (t) => {
    const { two } = tally((seen) =>
      decide(seen.may === 'yes' ? { ...seen, peers: 'silent', quiet: NEEDED } : seen),
    );
    t.diagnostic(`${two.length} of ${SCHEDULES}`);
    assert.ok(two.length > 0);
  });

  test('when it goes on to begin after a power cut, without another look, there are two clusters', (t) => {
    const { two } = tally(decide, { decidesAnew: false });
    t.diagnostic(`${two.length} of ${SCHEDULES}`);
    assert.ok(two.length > 0);
  });

  test('without the window there are two clusters', (t) => {
    const { two } = tally((seen) => decide({ ...seen, window: 'open' }));
    t.diagnostic(`${two.length} of ${SCHEDULES}`);
    assert.ok(two.length > 0);
  });

  test('when it never begins again after its power went before etcd began, there is no cluster', (t) => {
    const { stuck } = tally((seen) => {
      const action = decide(seen);
      return action === 'init' && seen.disk === 'initialising' ? 'wait' : action;
    });
    t.diagnostic(`${stuck.length} of ${SCHEDULES}`);
    assert.ok(stuck.length > 0);
  });
});
