import { readFileSync } from 'node:fs';
import { minorNumber } from '../../../src/catalog/kubeadm.ts';

/**
 * Field tables of the Go types that kubeadm, kubelet and kube-proxy decode their configuration into, by type and field.
 * The JSON files beside this one name where they come from. Nothing here is shared with what is tested.
 */
type Fields = Readonly<Record<string, Readonly<Record<string, string>>>>;
type Dated = Readonly<
  Record<string, Readonly<Record<string, [type: string, since: number, until?: number]>>>
>;

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const kubeadm = read('kubeadm.json') as { readonly apis: Readonly<Record<string, Fields>> };
const kubelet = read('kubelet.json') as { readonly types: Dated };
const kubeProxy = read('kube-proxy.json') as { readonly types: Dated };

/** The field tables by first minor, for the check of our own. */
export const datedFields = { kubelet: kubelet.types, kubeProxy: kubeProxy.types };

/** What a strict decoder of this Kubernetes would say of a document: unknown fields and wrong types, a line each. */
export function problemsOf(document: unknown, version: string): string[] {
  if (!isMapping(document)) return ['a document is no mapping'];
  const { apiVersion, kind } = document;
  const [group, api] = String(apiVersion).split('/');
  const type = String(kind);
  switch (group) {
    case 'kubeadm.k8s.io': {
      const fields = kubeadm.apis[String(api)];
      return fields ? problems(document, type, fields, type) : [`no ${String(apiVersion)}`];
    }
    case 'kubelet.config.k8s.io':
      return problems(document, type, inMinor(kubelet.types, version), type);
    case 'kubeproxy.config.k8s.io':
      return problems(document, type, inMinor(kubeProxy.types, version), type);
    default:
      return [`nobody here reads ${String(apiVersion)}`];
  }
}

function inMinor(types: Dated, version: string): Fields {
  const minor = minorNumber(version);
  return Object.fromEntries(
    Object.entries(types).map(([name, fields]) => [
      name,
      Object.fromEntries(
        Object.entries(fields)
          .filter(([, [, since, until = Infinity]]) => minor >= since && minor <= until)
          .map(([field, [type]]) => [field, type]),
      ),
    ]),
  );
}

const TAINT = { key: 'string', value: 'string', effect: 'TaintEffect', timeAdded: 'metav1.Time' };

/** Types from elsewhere: k8s.io/api/core/v1, k8s.io/apimachinery/pkg/apis/meta/v1. */
const SCALARS: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  bool: (value) => typeof value === 'boolean',
  int32: (value) => Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31,
  int64: (value) => Number.isSafeInteger(value),
  float64: (value) => typeof value === 'number',
  'metav1.Duration': (value) => matches(value, /^(?=\d)(\d+h)?(\d+m)?(\d+(\.\d+)?s)?$/),
  'metav1.Time': (value) => matches(value, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  BootstrapTokenString: (value) => matches(value, /^[a-z0-9]{6}\.[a-z0-9]{16}$/),
  TaintEffect: (value) => matches(value, /^(NoSchedule|PreferNoSchedule|NoExecute)$/),
  'corev1.PullPolicy': (value) => matches(value, /^(Always|IfNotPresent|Never)$/),
  'corev1.HostPathType': (value) =>
    matches(value, /^(|DirectoryOrCreate|Directory|FileOrCreate|File|Socket|CharDevice|BlockDevice)$/),
};

/** Structures that no case uses are taken as they are. */
const UNSEEN = /LoggingConfiguration|TracingConfiguration|ResourceList|ClientConnectionConfiguration/;

function problems(value: unknown, type: string, types: Fields, path: string): string[] {
  if (type.startsWith('[]')) {
    if (!Array.isArray(value)) return [`${path}: expected a list`];
    return value.flatMap((item, i) => problems(item, type.slice(2), types, `${path}[${i}]`));
  }
  if (type.startsWith('map[string]')) {
    if (!isMapping(value)) return [`${path}: expected a mapping`];
    return Object.entries(value).flatMap(([key, item]) =>
      problems(item, type.slice('map[string]'.length), types, `${path}.${key}`),
    );
  }
  const isScalar = SCALARS[type];
  if (isScalar) return isScalar(value) ? [] : [`${path}: ${JSON.stringify(value)} is no ${type}`];
  if (UNSEEN.test(type)) return isMapping(value) ? [] : [`${path}: expected a mapping`];
  const fields = type.endsWith('.Taint') ? TAINT : types[type];
  if (!fields) return [`${path}: no type ${type}`];
  if (!isMapping(value)) return [`${path}: expected a mapping`];
  return Object.entries(value).flatMap(([key, item]) => {
    const known = Object.hasOwn(fields, key) ? (fields as Readonly<Record<string, string>>)[key] : undefined;
    return known === undefined
      ? [`${path}.${key}: unknown field`]
      : problems(item, known, types, `${path}.${key}`);
  });
}

const matches = (value: unknown, pattern: RegExp): boolean =>
  typeof value === 'string' && pattern.test(value);

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
