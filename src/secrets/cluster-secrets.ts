import type { SecretText } from './secret-text.ts';

/** A key pair with its certificate, PEM texts. */
export interface Authority {
  readonly certificate: string;
  readonly key: SecretText;
}

/**
 * Everything of a cluster that is secret or random, in one file of its own (mode 0600): what is not in here is the same
 * each time it is compiled. Its values reach user-data only.
 */
export interface ClusterSecrets {
  /** The cluster's name. */
  readonly cluster: string;
  /** RFC 3339, UTC, whole seconds. */
  readonly created: string;
  /** Until when the first master may initialise (DESIGN: init window); RFC 3339. */
  readonly initUntil: string;
  /**
   * `abcdef.0123456789abcdef`, and until when it is good; RFC 3339. The cluster learns of it at init, later than it was made,
   * and gives it `ttl` seconds from then: what was asked for, so that it is good until then at least. Older files lack that.
   */
  readonly bootstrapToken: { readonly token: SecretText; readonly expires: string; readonly ttl?: number };
  /** kubeadm's three authorities (its "PKI certificates and requirements" page). */
  readonly authorities: {
    readonly kubernetes: Authority;
    readonly frontProxy: Authority;
    readonly etcd: Authority;
  };
  /** Signs the tokens of service accounts; PEM. */
  readonly serviceAccount: { readonly privateKey: SecretText; readonly publicKey: string };
  /** AES key for Secrets at rest: 32 bytes, base64. */
  readonly encryptionKey: SecretText;
  /** VRRP's simple password: 8 characters, all that the protocol carries. */
  readonly vrrpPassword: SecretText;
  /** Of the balancer's statistics page. */
  readonly statsPassword: SecretText;
  /** PEM; where the cluster uses an etcd of its own. */
  readonly externalEtcdKey?: SecretText;
  /** Of proxies, by the name that the cluster file gives them. */
  readonly proxies?: Readonly<Record<string, { readonly username: string; readonly password: SecretText }>>;
}
