import { createPublicKey, X509Certificate } from 'node:crypto';
import { caCertHash, publicKeyHash } from './ca-hash.ts';
import type { Authority, ClusterSecrets } from './cluster-secrets.ts';
import type { Secrets } from './secrets.ts';

/** What a secrets file holds, without any of it: fingerprints are of public keys only. Times are RFC 3339. */
export interface SecretsSummary {
  readonly cluster?: ClusterSummary;
  /** Names of registry credentials. */
  readonly registries: readonly string[];
  /** age recipients; none: the file is not encrypted. */
  readonly recipients: readonly string[];
}

interface ClusterSummary {
  readonly name: string;
  readonly created: string;
  readonly initWindow: Limit;
  readonly bootstrapToken: Limit;
  readonly authorities: readonly (Limit & {
    readonly name: string;
    readonly subject: string;
    /** As kubeadm's `--discovery-token-ca-cert-hash`. */
    readonly fingerprint: string;
  })[];
  readonly serviceAccount: { readonly fingerprint: string };
  /** Of what else there is, the names. */
  readonly others: readonly string[];
}

interface Limit {
  readonly until: string;
  readonly isOver: boolean;
}

export function summaryOf({ cluster, registries, recipients }: Secrets, now: Date): SecretsSummary {
  return {
    ...(cluster ? { cluster: clusterSummary(cluster, now) } : {}),
    registries: Object.keys(registries),
    recipients: recipients ?? [],
  };
}

function clusterSummary(secrets: ClusterSecrets, now: Date): ClusterSummary {
  const limit = (until: string): Limit => ({ until, isOver: Date.parse(until) <= now.getTime() });
  const authority = (name: string, { certificate }: Authority) => {
    const { subject, validTo } = new X509Certificate(certificate);
    const until = `${new Date(validTo).toISOString().slice(0, 19)}Z`;
    return {
      name,
      subject: subject.replaceAll('\n', ', '),
      fingerprint: caCertHash(certificate),
      ...limit(until),
    };
  };
  const { kubernetes, frontProxy, etcd } = secrets.authorities;
  return {
    name: secrets.cluster,
    created: secrets.created,
    initWindow: limit(secrets.initUntil),
    bootstrapToken: limit(secrets.bootstrapToken.expires),
    authorities: [
      authority('kubernetes', kubernetes),
      authority('front-proxy', frontProxy),
      authority('etcd', etcd),
    ],
    serviceAccount: { fingerprint: publicKeyHash(createPublicKey(secrets.serviceAccount.publicKey)) },
    others: [
      'encryption key',
      'VRRP password',
      'stats password',
      ...(secrets.externalEtcdKey === undefined ? [] : ['external etcd key']),
      ...Object.keys(secrets.proxies ?? {}).map((name) => `password of the proxy ${name}`),
    ],
  };
}

/** The same for people, a line each. */
export function describeSecrets({ cluster, registries, recipients }: SecretsSummary): readonly string[] {
  const limit = ({ until, isOver }: Limit): string => `${isOver ? 'OVER since' : 'until'} ${until}`;
  return [
    ...(cluster
      ? [
          `cluster ${cluster.name}, secrets made ${cluster.created}`,
          `init window           ${limit(cluster.initWindow)}`,
          `bootstrap token       ${limit(cluster.bootstrapToken)}`,
          ...cluster.authorities.flatMap((one) => [
            `${`${one.name} authority`.padEnd(22)}${limit(one)}, ${one.subject}`,
            `${' '.repeat(22)}${one.fingerprint}`,
          ]),
          `service-account key   ${cluster.serviceAccount.fingerprint}`,
          `also                  ${cluster.others.join(', ')}`,
        ]
      : []),
    ...(registries.length > 0 ? [`registry credentials  ${registries.join(', ')}`] : []),
    recipients.length > 0
      ? `encrypted for         ${recipients.join(', ')}`
      : 'not encrypted         --recipient of bake secrets new does that',
  ];
}
