import assert from 'node:assert/strict';
import { describe, mock, test } from 'node:test';
import { identityOf } from '../../src/build/bake-image.ts';
import { formatOrigin } from '../../src/source/source.ts';
import { STEP_KINDS, type Kind } from '../../src/steps/index.ts';
import { compileText } from '../support/compile-text.ts';

function worker(text = '') {
  const { value, diagnostics } = compileText(`extends: worker\n${text}`, {}, true);
  assert.ok(value, JSON.stringify(diagnostics));
  return value;
}

const identity = (text?: string) => {
  const { plan, artifacts } = worker(text);
  return identityOf(plan, artifacts);
};

/** Names of the layers that two identities share. */
const shared = (one = identity(), other = identity()): string[] =>
  one.layers.filter(({ id }, index) => id === other.layers[index]?.id).map(({ name }) => name);

/** The identity after a release of bake in which steps of this kind do something else for the same input. */
function after(kind: Kind): ReturnType<typeof identity> {
  const method = mock.method(STEP_KINDS[kind], 'shell', () => 'echo better');
  try {
    return identity();
  } finally {
    method.mock.restore();
  }
}

describe('the layers of a compiled profile', () => {
  const all = ['base', 'system', 'runtime', 'kubernetes', 'profile'];

  test('stay when nothing has changed', () => {
    assert.deepEqual(shared(), all);
    assert.equal(identity().buildId, identity().buildId);
  });

  test('change from the layer on of which a step does something else for the same input', () => {
    const cases: [Kind, string[]][] = [
      ['time-zone', ['base']],
      ['containerd-config', ['base', 'system']],
      ['stand-in', ['base', 'system', 'runtime']],
      ['seal', ['base', 'system', 'runtime', 'kubernetes']],
    ];
    for (const [kind, below] of cases) {
      const changed = after(kind);
      assert.deepEqual(shared(identity(), changed), below, kind);
      assert.notEqual(changed.buildId, identity().buildId, kind);
    }
  });

  test('stay below Kubernetes when its patch changes', () => {
    const [one, other] = ['1.35.7', '1.35.8'].map((version) =>
      identity(`kubernetes:\n  version: ${version}\n`),
    );
    assert.deepEqual(shared(one, other), ['base', 'system', 'runtime']);
  });

  test('stay when lines of a profile move', () => {
    const text = 'system:\n  timezone: Europe/Berlin\n';
    const [one, moved] = [worker(text), worker(`\n# moved\n\n${text}`)];
    const zone = ({ plan }: typeof one) => plan.steps.find(({ step }) => step.kind === 'time-zone');
    const [here, there] = [zone(one), zone(moved)];
    assert.ok(here && there);
    assert.notEqual(formatOrigin(here.origin), formatOrigin(there.origin));
    assert.deepEqual(
      shared(identityOf(one.plan, one.artifacts), identityOf(moved.plan, moved.artifacts)),
      all,
    );
  });
});
