import type { Diagnostic, Path } from '../../diagnostics/diagnostic.ts';
import { baseName } from '../complete.ts';
import { finding, placed, type ClusterRule, type Given } from './rule.ts';

interface Owned {
  /** What two may not share, as messages say it. */
  readonly what: string;
  readonly path: Path;
}

const ownedBy =
  (listOf: (given: Given) => readonly Owned[]): ClusterRule =>
  (given) =>
    repeated(given, listOf(given));

/** Names, addresses and MAC addresses of nodes; what makes files or entries of one name. One rule each, so that none waits for another. */
export const nothingIsShared: readonly ClusterRule[] = [
  ownedBy((given) =>
    placed(given).map(({ node, path }) => ({ what: `the name ${node.name}`, path: [...path, 'name'] })),
  ),
  ownedBy((given) =>
    placed(given).flatMap(({ node, path }) => {
      const own = node.network?.addresses.map((text) => text.split('/')[0]) ?? [];
      return [...new Set([...(node.address === undefined ? [] : [node.address]), ...own])].map((address) => ({
        what: `the address ${address}`,
        path: [...path, given.isWritten([...path, 'address']) ? 'address' : 'network'],
      }));
    }),
  ),
  ownedBy((given) =>
    placed(given).flatMap(({ node, path }) =>
      node.mac === undefined ? [] : [{ what: `the MAC address ${node.mac}`, path: [...path, 'mac'] }],
    ),
  ),
  ownedBy((given) =>
    given.cluster.addons.map(({ name }, i) => ({ what: `the add-on ${name}`, path: ['addons', i] })),
  ),
  ownedBy((given) =>
    (given.file.kubeadm?.patches ?? []).map((file, i) => ({
      what: `the patch ${baseName(file)}`,
      path: ['kubeadm', 'patches', i],
    })),
  ),
];

function repeated(given: Given, list: readonly Owned[]): Diagnostic[] {
  const first = new Map<string, Owned>();
  return list.flatMap((entry) => {
    const earlier = first.get(entry.what);
    if (!earlier) {
      first.set(entry.what, entry);
      return [];
    }
    const related = [{ message: 'first given here', span: given.spanOf(earlier.path) }];
    return [finding(given, 'B604', entry.path, `${entry.what} is given twice`, { related })];
  });
}

/** Of two entries for one name, the first in the file would win in silence (hosts(5)). */
export const namesHaveOneAddress: ClusterRule = (given) => {
  const owners = new Map<string, { readonly address: string; readonly path: Path }>();
  for (const { node, path } of placed(given))
    if (node.address !== undefined && !owners.has(node.name))
      owners.set(node.name, { address: node.address, path: [...path, 'name'] });
  return given.cluster.hosts.flatMap(({ address, names }, i) =>
    names.flatMap((name) => {
      const earlier = owners.get(name);
      if (!earlier) owners.set(name, { address, path: ['hosts', i] });
      if (!earlier || (earlier.address === address && earlier.path[0] === 'nodes')) return [];
      const related = [{ message: `${earlier.address} here`, span: given.spanOf(earlier.path) }];
      const message =
        earlier.address === address
          ? `the name ${name} is given twice`
          : `the name ${name} has two addresses, ${earlier.address} and ${address}`;
      return [finding(given, 'B604', ['hosts', i], message, { related })];
    }),
  );
};
