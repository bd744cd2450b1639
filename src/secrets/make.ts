import { makeAuthority, makeServiceAccount } from './authority.ts';
import type { ClusterSecrets } from './cluster-secrets.ts';
import { randomKey, randomStatsPassword, randomVrrpPassword } from './random.ts';
import type { SecretText } from './secret-text.ts';
import { after, utc } from './times.ts';
import { makeToken } from './token.ts';

export interface MakeSecrets {
  /** The cluster's name. */
  readonly cluster: string;
  readonly now: Date;
  /** How long from now the first master may initialise. */
  readonly initWindowSeconds: number;
  /** How long from now the bootstrap token is good. */
  readonly tokenTtlSeconds: number;
  /** PEM: key of the client certificate for an etcd that is outside of the cluster. */
  readonly externalEtcdKey?: SecretText;
  /** Authorities and service-account key of a cluster that is there already (import.ts); made anew without them. */
  readonly pki?: Pick<ClusterSecrets, 'authorities' | 'serviceAccount'>;
}

/** All secrets of a new cluster. Takes about a second: four RSA keys are made. */
export async function makeClusterSecrets(options: MakeSecrets): Promise<ClusterSecrets> {
  const { cluster, now, pki, externalEtcdKey } = options;
  const { authorities, serviceAccount } = pki ?? (await makePki(now));
  return {
    cluster,
    created: utc(now),
    initUntil: after(now, options.initWindowSeconds),
    bootstrapToken: makeToken(now, options.tokenTtlSeconds),
    authorities,
    serviceAccount,
    encryptionKey: randomKey(),
    vrrpPassword: randomVrrpPassword(),
    statsPassword: randomStatsPassword(),
    ...(externalEtcdKey === undefined ? {} : { externalEtcdKey }),
  };
}

async function makePki(now: Date): Promise<Pick<ClusterSecrets, 'authorities' | 'serviceAccount'>> {
  const [kubernetes, frontProxy, etcd, serviceAccount] = await Promise.all([
    makeAuthority('kubernetes', now),
    makeAuthority('front-proxy-ca', now),
    makeAuthority('etcd-ca', now),
    makeServiceAccount(),
  ]);
  return { authorities: { kubernetes, frontProxy, etcd }, serviceAccount };
}
