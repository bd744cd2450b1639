import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Draft } from '../../src/plan/draft.ts';
import { inLayer, rootFile } from '../../src/plan/draft.ts';
import type { ClusterSecrets } from '../../src/secrets/cluster-secrets.ts';
import type { Secrets } from '../../src/secrets/secrets.ts';
import type { Step } from '../../src/steps/index.ts';

/**
 * The compiler is what is tested here (`npm run typecheck`): an expected error that does not come is an error. At run time
 * it is only seen that a step is what it was given.
 */
test('no value of the secrets file fits into a step', () => {
  const secrets = {
    bootstrapToken: { token: 'abcdef.0123456789abcdef' },
  } as ClusterSecrets;
  const logins = { registries: { harbor: { username: 'robot', password: 'correct-horse' } } } as Secrets;
  const { token } = secrets.bootstrapToken;
  const owned = { path: '/etc/motd', mode: '0644', owner: 'root', group: 'root' } as const;

  const open: Step = { kind: 'file', input: { ...owned, content: String(1) } };
  // @ts-expect-error a token is no content of a file
  const withToken: Step = { kind: 'file', input: { ...owned, content: token } };
  // @ts-expect-error nor a part of a list
  const inList: Step = { kind: 'ssh-keys', input: { keys: [token] } };
  const password = logins.registries['harbor']?.password ?? '';
  // @ts-expect-error nor is a password of a registry
  const withPassword: Step = { kind: 'file', input: { ...owned, content: password } };
  const key = secrets.authorities?.etcd.key ?? '';
  // @ts-expect-error nor an authority's key
  const withKey: Step = { kind: 'file', input: { ...owned, content: key } };

  const draft: Draft = {
    phase: 'bake',
    because: [],
    // @ts-expect-error whatever the way that the step is made
    step: { kind: 'file', input: { ...owned, content: token } },
  };
  // @ts-expect-error the helpers of the planner included
  const helped = inLayer('profile')([], rootFile('/etc/motd', token));

  assert.equal(open.kind, 'file');
  for (const step of [withToken, inList, withPassword, withKey, draft.step, helped.step]) {
    assert.ok('input' in step);
  }
});

test('a value of the secrets file is text for everything else', () => {
  const secrets: Pick<ClusterSecrets, 'vrrpPassword'> = { vrrpPassword: 'k7Wq2mZp' };
  const shown: string = secrets.vrrpPassword;
  assert.equal(shown.length, 8);
});
