import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bakeProcess } from '../support/programs.ts';
import { buildKubernetes, serveKubernetes } from './serve.ts';

export interface Project {
  /** Where its cluster.yaml and secrets.yaml are. */
  readonly folder: string;
  readonly close: () => Promise<void>;
}

/** A project of real Kubernetes: the cluster of this folder that has this name, with secrets, and its packages served. */
export async function openProject(name: 'cluster' | 'pair'): Promise<Project> {
  const folder = mkdtempSync(join('/var/tmp', 'bake-test-real-'));
  const kit = await buildKubernetes();
  const repository = await serveKubernetes(kit);
  // The second has what it does not have of its own from the first.
  for (const part of ['cluster', name])
    cpSync(fileURLToPath(new URL(part, import.meta.url)), folder, { recursive: true });
  for (const file of readdirSync(folder).filter((one) => one.endsWith('.yaml'))) {
    const path = join(folder, file);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('{kit}', kit));
  }
  const made = await bakeProcess(
    ['secrets', 'new', '--cluster', 'cluster.yaml', '--init-window', '3h'],
    folder,
  );
  assert.equal(made.exitCode, 0, made.stderr);
  return {
    folder,
    close: async () => {
      await repository.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
