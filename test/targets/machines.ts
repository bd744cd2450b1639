import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileMachinesOrStop, openClusterOrStop } from '../../src/cli/compile-cluster.ts';
import { plain } from '../../src/diagnostics/render.ts';
import type { Machine } from '../../src/user-data-forms/form.ts';
import { bake } from '../support/cli.ts';
import { ROOT } from '../support/programs.ts';

export type Role = 'haproxy' | 'master' | 'worker';
export const ROLES: readonly Role[] = ['haproxy', 'master', 'worker'];

const EXAMPLE = join(ROOT, 'examples/eight-machines-containerd');

/** The first machine of each role of the example with eight machines, for images of ours or stock ones; its secrets go to `folder`. */
export async function exampleMachines(
  folder: string,
  { stock = false } = {},
): Promise<Readonly<Record<Role, Machine>>> {
  const secrets = join(folder, stock ? 'stock.yaml' : 'secrets.yaml');
  const made = await bake(['secrets', 'new', '--cluster', 'cluster.yaml', '--out', secrets], EXAMPLE);
  assert.equal(made.code, 0, made.err);
  writeFileSync(
    secrets,
    `${readFileSync(secrets, 'utf8')}registries:\n  harbor: { username: 'robot$ci', password: made-up-for-tests }\n`,
  );
  const names = { haproxy: 'haproxy-1', master: 'master-1', worker: 'worker-1' } as const;
  const machines = await machinesOf(EXAMPLE, { secrets, stock }, Object.values(names));
  return Object.fromEntries(ROLES.map((role) => [role, machines[names[role]]])) as Record<Role, Machine>;
}

/** Named machines of the cluster of a folder. */
export async function machinesOf(
  cwd: string,
  { secrets, stock = false }: { readonly secrets: string; readonly stock?: boolean },
  names: readonly string[],
): Promise<Readonly<Record<string, Machine>>> {
  const said: string[] = [];
  const io = {
    cwd,
    env: {},
    out: () => undefined,
    err: (text: string) => void said.push(text),
    isTerminal: false,
    palette: plain,
    signal: new AbortController().signal,
  };
  const options = { cluster: 'cluster.yaml', secrets, stock };
  const opened = await openClusterOrStop(options, io);
  const nodes = opened.cluster.cluster.nodes.filter(({ name }) => names.includes(name));
  const compiled = compileMachinesOrStop(
    opened,
    nodes.map((node) => ({ role: node.role, node })),
    options,
    io,
  );
  assert.equal(compiled.length, names.length, said.join(''));
  return Object.fromEntries(
    compiled.map(({ name, identity, seed }) => {
      assert.ok(identity);
      return [name, { userData: seed['user-data'], identity }];
    }),
  );
}
