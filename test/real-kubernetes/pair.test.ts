import { after, before, describe, test } from 'node:test';
import { rehearsal } from '../support/rehearsal.ts';
import { openProject, type Project } from './project.ts';

/** Real Kubernetes 1.20.2 on Debian 12 with Docker by the kubelet's dockershim: a master and a worker, of their disk images. */
describe('a master and a worker of real Kubernetes with Docker', () => {
  let project: Project;
  before(async () => {
    project = await openProject('pair');
  });
  after(() => project.close());

  test('become a cluster as virtual machines', async (t) => {
    await rehearsal(t, project.folder, ['--engine', 'qemu', '--timeout', '1h'], { machines: 2 });
  });
});
