import { X509Certificate } from 'node:crypto';
import { Document, isMap, isScalar, isSeq, parseAllDocuments, type Node } from 'yaml';

/** Why nobody could use a text as what it is named for. */
export interface Mistake {
  /** Goes on from the name of the file: `is no YAML`. */
  readonly message: string;
  readonly hint: string;
  /** Offset in the text, where there is a place to point at. */
  readonly at?: number;
  /** In the words of who read it; can quote the text. */
  readonly because?: string;
}

interface Read {
  readonly documents: readonly Node[];
  readonly mistake?: Pick<Mistake, 'at' | 'because'>;
}

/** The documents of a text that have anything in them. As lenient as what Kubernetes reads YAML with: a key may stand twice. */
function read(text: string): Read {
  let parsed: Document[];
  try {
    // Empty is an array, too.
    parsed = [
      ...parseAllDocuments(text, { uniqueKeys: false, strict: false, prettyErrors: false }),
    ] as Document[];
  } catch (error) {
    // Thousands of open brackets exhaust the stack.
    if (error instanceof RangeError) return { documents: [], mistake: {} };
    throw error;
  }
  const [error] = parsed.flatMap(({ errors }) => errors);
  const documents: Node[] = parsed.flatMap(({ contents }) =>
    contents === null || (isScalar(contents) && contents.value === null) ? [] : [contents],
  );
  if (!error) return { documents };
  return jsonStream(text) ?? { documents, mistake: { at: error.pos[0], because: error.message } };
}

/** kubectl takes objects of JSON one behind the other, which is no YAML. Their places are not known. */
function jsonStream(text: string): Read | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const values = JSON.parse(`[${text.replace(/\}\s*\{/g, '},{')}]`) as unknown[];
    return { documents: values.map((value) => new Document(value).contents as Node) };
  } catch {
    return undefined;
  }
}

/** Where a document begins, where that is known. */
const placeOf = ({ range }: Node): Pick<Mistake, 'at'> => (range ? { at: range[0] } : {});

const hasText = (node: Node, key: string): boolean => {
  const value = isMap(node) ? node.get(key) : undefined;
  return typeof value === 'string' && value !== '';
};

/**
 * Every object has an apiVersion and a kind, without which kubectl refuses it (k8s.io/apimachinery, pkg/runtime/serializer/json/meta.go, and
 * "apiVersion not set" of kubectl's validation); what else it is, kubectl and the API server know better.
 */
export function manifestMistake(text: string): Mistake | undefined {
  const hint = 'name a manifest: objects of Kubernetes with apiVersion and kind';
  const { documents, mistake } = read(text);
  if (mistake) return { message: 'is no YAML, and kubectl would refuse it', hint, ...mistake };
  if (documents.length === 0)
    return { message: 'has no object in it, and kubectl fails where there is nothing to apply', hint };
  for (const one of documents) {
    const missing = isMap(one) ? ['apiVersion', 'kind'].filter((key) => !hasText(one, key)) : undefined;
    if (missing?.length === 0) continue;
    const what =
      missing?.length === 1 ? `an object without ${missing[0]}` : 'something in it that is no object';
    return { message: `has ${what}, and kubectl would refuse it`, hint, ...placeOf(one) };
  }
  return undefined;
}

/**
 * What kubeadm would overlook (nothing at all) or refuse when it starts the control plane. Source: kubernetes/kubernetes,
 * cmd/kubeadm/app/util/patches/patches.go.
 */
export function patchMistake(name: string, text: string): Mistake | undefined {
  const isJsonPatch = /\+json\.(?:yaml|json)$/.test(name);
  const hint = isJsonPatch
    ? 'a patch of type json is a list: - {op: replace, path: /spec/priority, value: 1}'
    : 'a patch has the fields to change: spec: {priorityClassName: system-node-critical}';
  const { documents, mistake } = read(text);
  if (mistake) return { message: 'is no YAML, and kubeadm would refuse it', hint, ...mistake };
  if (documents.length === 0) return { message: 'is empty, and kubeadm would overlook it', hint };
  const odd = documents.find((one) => !(isJsonPatch ? isSeq(one) : isMap(one)));
  if (!odd) return undefined;
  return {
    message: `is no patch ${isJsonPatch ? 'of type json' : 'of fields'}, and kubeadm would refuse it`,
    hint,
    ...placeOf(odd),
  };
}

/** The API server ends where it can’t read its policy, and where that has no rule. Source: k8s.io/apiserver pkg/audit/policy/reader.go. */
export function auditPolicyMistake(text: string): Mistake | undefined {
  const hint = 'the smallest is {apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: Metadata}]}';
  const { documents, mistake } = read(text);
  if (mistake) return { message: 'is no YAML, and the API server would not start', hint, ...mistake };
  const [policy] = documents;
  const rules = isMap(policy) ? policy.get('rules') : undefined;
  if (isMap(policy) && policy.get('kind') === 'Policy' && isSeq(rules) && rules.items.length > 0)
    return undefined;
  return { message: 'is no audit policy, and the API server would not start', hint };
}

const PEM = /-----BEGIN ([A-Z0-9 ]+)-----[^]*?-----END \1-----/g;

/** A file of certificates of authorities: every block of it is one. Source: etcd, client/pkg/tlsutil, NewCertPool. */
export function authoritiesMistake(text: string): Mistake | undefined {
  const hint =
    'expected PEM, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----; openssl x509 -in FILE -inform der makes it of DER';
  const blocks = [...text.matchAll(PEM)];
  if (blocks.length === 0)
    return { message: 'holds no certificate, so no master could trust that etcd', hint };
  const odd = blocks.find(([block]) => !isCertificate(block));
  if (!odd) return undefined;
  return {
    message: 'has something in it that is no certificate, so no master could trust that etcd',
    hint,
    at: odd.index,
  };
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
