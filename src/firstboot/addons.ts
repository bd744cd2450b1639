import type { Cluster } from '../cluster/cluster.ts';
import type { MachineFile, PutInput } from './machine.ts';

/**
 * Manifests that the initialiser applies, in the order of the file: as texts where they lie beside the cluster file, and a
 * list of addresses with their sha256 for those that the machine fetches. Tools are another matter (upkeep.ts).
 */
export function addonFiles({ addons }: Cluster, put: PutInput): MachineFile[] {
  const manifests = addons.filter(({ kind }) => kind === 'manifest');
  return manifests.flatMap(({ name, from, replace }, i) => {
    const number = String(i + 1).padStart(2, '0');
    // One `find` and one `with` line a replacement: neither may have a line break (src/cluster/schema.ts).
    const replacements = replace.map((one) => `${one.find}\n${one.with}\n`).join('');
    return [
      'text' in from
        ? put(`addons/${number}-${name}.yaml`, from.text)
        : put(`addons/${number}-${name}.url`, `${from.url}\n${from.sha256}\n`),
      ...(replacements === '' ? [] : [put(`addons/${number}-${name}.replace`, replacements)]),
    ];
  });
}
