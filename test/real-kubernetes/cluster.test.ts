import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { rehearsal } from '../support/rehearsal.ts';
import { openProject, type Project } from './project.ts';

/** Answers from both pods behind a NodePort, asked from outside the cluster. */
const REACHED = `
for try in $(seq 40); do
  [ "$(curl --silent --max-time 2 http://10.0.0.21:30080)" != reached ] || { echo reached; exit 0; }
  sleep 1
done
exit 1
`;

/** Real Kubernetes 1.20.2 on Debian 12, containerd: two balancers, three masters, two workers, in containers. */
describe('a whole cluster of real Kubernetes', () => {
  let project: Project;
  before(async () => {
    project = await openProject('cluster');
  });
  after(() => project.close());

  test('comes up, serves, and outlives its first master and a balancer', async (t) => {
    const args = ['--engine', 'nspawn', '--timeout', '20m', '--test', REACHED];
    const chaos = ['--chaos', '--seed', process.env['BAKE_TEST_SEED'] ?? '7'];
    const { checks } = await rehearsal(t, project.folder, [...args, ...chaos], { machines: 7 });
    assert.ok(checks.some(({ title, status }) => title.includes('the test given') && status === 'pass'));
  });
});
