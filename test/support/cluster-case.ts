import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileProvider, openCluster } from '../../src/adapters/files.ts';
import { readCluster } from '../../src/cluster/read.ts';
import type { Cluster, ResolvedCluster } from '../../src/cluster/cluster.ts';
import type { Outcome } from '../../src/diagnostics/diagnostic.ts';
import { renderText } from '../../src/diagnostics/render.ts';
import { placeFiles, type ErrorCase } from './error-case.ts';
import { inTempFolder } from './temp-folder.ts';

/** Every folder below has a cluster.yaml and expected/cluster.json. */
export const CLUSTERS = fileURLToPath(new URL('../cluster/cases/', import.meta.url));
/** One wrong cluster file each, in the form of test/errors. */
export const CLUSTER_ERRORS = fileURLToPath(new URL('../cluster/errors/', import.meta.url));

export const clusterNames = readdirSync(CLUSTERS)
  .filter((name) => existsSync(join(CLUSTERS, name, 'cluster.yaml')))
  .sort();

/** Reads `cluster.yaml` of a folder, with the real files beside it. */
export function readClusterIn(folder: string): Outcome<ResolvedCluster> {
  const opened = openCluster('cluster.yaml', folder);
  if ('reason' in opened) throw new Error(`${folder}: ${opened.reason}`);
  return readCluster(opened.source, fileProvider(folder));
}

/** The cluster of a golden case, which must be without a mistake. */
export function clusterOf(name: string): Cluster {
  const { value, diagnostics } = readClusterIn(join(CLUSTERS, name));
  if (!value) throw new Error(`${name} is wrong: ${diagnostics.map(({ message }) => message).join('; ')}`);
  return value.cluster;
}

/** A cluster given as text, with nothing beside it. */
export function readClusterText(text: string): Outcome<ResolvedCluster> {
  return readCluster(
    { id: 'cluster.yaml', path: 'cluster.yaml', text },
    { text: () => ({ reason: 'there is no such file' }) },
  );
}

/** What is said of a wrong file, as a terminal shows it. */
export function sayOfCase({ options, profile }: ErrorCase): Promise<{ said: string; isRefused: boolean }> {
  return inTempFolder((folder) => {
    writeFileSync(join(folder, 'cluster.yaml'), profile);
    placeFiles(folder, options.files ?? {});
    const { value, diagnostics } = readClusterIn(folder);
    const said = diagnostics.map((diagnostic) => `${renderText(diagnostic)}\n`).join('');
    return Promise.resolve({ said: said.replaceAll(folder, '/folder'), isRefused: value === undefined });
  });
}
