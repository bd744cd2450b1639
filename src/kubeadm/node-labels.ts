/**
 * Labels in Kubernetes' own namespaces that a kubelet may give to itself; with any other of them it does not start.
 * Source: k8s.io/kubelet pkg/apis/well_known_labels.go (IsKubeletLabel).
 */
const OWN_LABELS: ReadonlySet<string> = new Set([
  'kubernetes.io/hostname',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'node.kubernetes.io/instance-type',
]);
const OWN_NAMESPACES = ['kubelet.kubernetes.io', 'node.kubernetes.io'];
const RESERVED_NAMESPACES = ['kubernetes.io', 'k8s.io'];

/** Whether a node may put this label on itself when it joins. */
export function isForKubelet(key: string): boolean {
  const namespace = key.includes('/') ? key.slice(0, key.indexOf('/')) : '';
  const isIn = (parent: string): boolean => namespace === parent || namespace.endsWith(`.${parent}`);
  return OWN_LABELS.has(key) || OWN_NAMESPACES.some(isIn) || !RESERVED_NAMESPACES.some(isIn);
}

/** The labels that a node puts on itself, as `key=value`; the others want an administrator. */
export function kubeletLabels(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels)
    .filter(([key]) => isForKubelet(key))
    .map(([key, value]) => `${key}=${value}`)
    .sort();
}

/** The labels that only an administrator may set: `node-role.kubernetes.io/worker` and the like. */
export function administratorLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !isForKubelet(key)));
}
