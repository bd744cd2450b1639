import type { Cluster } from '../cluster/cluster.ts';
import { administratorLabels } from '../kubeadm/node-labels.ts';
import type { PlacedFile } from './placed-files.ts';

/** The label by which `kubectl get nodes` shows a worker's role; Kubernetes itself gives none. */
const WORKER = 'node-role.kubernetes.io/worker=';

/**
 * What masters look after for as long as they live (userdata/firstboot/bake-upkeep): labels that no kubelet may give to
 * itself, and programs.
 */
export function upkeepFiles(cluster: Cluster): PlacedFile[] {
  return [
    rootFile('/etc/bake/labels', labelLines(cluster)),
    ...(toolLines(cluster) === '' ? [] : [rootFile('/etc/bake/tools', toolLines(cluster))]),
  ];
}

/** `NODE KEY=VALUE...` for each named node that kubelets run on; `*` for the workers that nobody names. */
function labelLines({ nodes, counts }: Cluster): string {
  const named = nodes
    .filter(({ role }) => role !== 'haproxy')
    .map(({ name, role, labels }) => {
      const wanted = Object.entries(administratorLabels(labels)).map(([key, value]) => `${key}=${value}`);
      return [name, ...new Set([...(role === 'worker' ? [WORKER] : []), ...wanted])];
    });
  const others = (counts.worker ?? 0) > 0 ? [['*', WORKER]] : [];
  return [...named, ...others].map((words) => `${words.join(' ')}\n`).join('');
}

/** `NAME ADDRESS SHA256`; only programs that the catalog knows are tools, and those are fetched. */
function toolLines({ addons }: Cluster): string {
  return addons
    .flatMap(({ kind, name, from }) =>
      kind === 'tool' && 'url' in from ? [`${name} ${from.url} ${from.sha256}\n`] : [],
    )
    .join('');
}

const rootFile = (path: string, text: string): PlacedFile => ({
  path,
  mode: '0644',
  owner: 'root',
  group: 'root',
  text,
  units: [],
});
