import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bakeProcess } from '../support/programs.ts';
import { rehearsal } from '../support/rehearsal.ts';
import { buildKubernetes, serveKubernetes } from './serve.ts';

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
  const folder = mkdtempSync(join('/var/tmp', 'bake-test-real-'));
  let repository: Awaited<ReturnType<typeof serveKubernetes>> | undefined;

  before(async () => {
    const kit = await buildKubernetes();
    repository = await serveKubernetes(kit);
    cpSync(fileURLToPath(new URL('cluster', import.meta.url)), folder, { recursive: true });
    for (const name of readdirSync(folder).filter((one) => one.endsWith('.yaml'))) {
      const path = join(folder, name);
      writeFileSync(path, readFileSync(path, 'utf8').replaceAll('{kit}', kit));
    }
    const made = await bakeProcess(
      ['secrets', 'new', '--cluster', 'cluster.yaml', '--init-window', '3h'],
      folder,
    );
    assert.equal(made.exitCode, 0, made.stderr);
  });
  after(async () => {
    await repository?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('comes up, serves, and outlives its first master and a balancer', async (t) => {
    const args = ['--engine', 'nspawn', '--timeout', '20m', '--test', REACHED];
    const chaos = ['--chaos', '--seed', process.env['BAKE_TEST_SEED'] ?? '7'];
    const { checks } = await rehearsal(t, folder, [...args, ...chaos], { machines: 7 });
    assert.ok(checks.some(({ title, status }) => title.includes('the test given') && status === 'pass'));
  });
});
