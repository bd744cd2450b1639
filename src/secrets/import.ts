import { authorityProblem, serviceAccountProblem } from './check.ts';
import type { Authority, ClusterSecrets } from './cluster-secrets.ts';

/** Where kubeadm keeps them below /etc/kubernetes/pki ("PKI certificates and requirements" on kubernetes.io). */
export const PKI_FILES = {
  kubernetesCertificate: 'ca.crt',
  kubernetesKey: 'ca.key',
  frontProxyCertificate: 'front-proxy-ca.crt',
  frontProxyKey: 'front-proxy-ca.key',
  etcdCertificate: 'etcd/ca.crt',
  etcdKey: 'etcd/ca.key',
  privateKey: 'sa.key',
  publicKey: 'sa.pub',
} as const;

export type PkiTexts = Readonly<Record<keyof typeof PKI_FILES, string>>;

/** Authorities and service-account key out of kubeadm's files, or what is wrong with which of the files. */
export function importPki(
  texts: PkiTexts,
  now: Date,
): {
  readonly pki?: Pick<ClusterSecrets, 'authorities' | 'serviceAccount'>;
  readonly problems: readonly { readonly file: string; readonly problem: string }[];
} {
  const authorities = {
    kubernetes: { certificate: texts.kubernetesCertificate, key: texts.kubernetesKey },
    frontProxy: { certificate: texts.frontProxyCertificate, key: texts.frontProxyKey },
    etcd: { certificate: texts.etcdCertificate, key: texts.etcdKey },
  } satisfies Record<string, Authority>;
  const serviceAccount = { privateKey: texts.privateKey, publicKey: texts.publicKey };
  const problems = [
    { file: PKI_FILES.kubernetesCertificate, problem: authorityProblem(authorities.kubernetes, now) },
    { file: PKI_FILES.frontProxyCertificate, problem: authorityProblem(authorities.frontProxy, now) },
    { file: PKI_FILES.etcdCertificate, problem: authorityProblem(authorities.etcd, now) },
    { file: PKI_FILES.privateKey, problem: serviceAccountProblem(serviceAccount) },
  ].flatMap(({ file, problem }) => (problem === undefined ? [] : [{ file, problem }]));
  return problems.length > 0 ? { problems } : { pki: { authorities, serviceAccount }, problems };
}
